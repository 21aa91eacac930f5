// Package keystore keeps one token per server and account: in the keyring of the
// operating system, or in a fallback that the user chose.
//
// It takes accounts and tokens as text and does not know what is in them. It
// never writes a token anywhere but into the store that was asked for, and no
// error of it holds one. All methods of all stores are safe from any goroutine.
// They may block for as long as their contexts and timeouts allow, and so are
// not to be called from where keys are read or screens are drawn.
//
//	caller ──Get/Set/Delete──> Keyring ──one goroutine per call──> go-keyring ──> D-Bus, Keychain, Credential Manager
//	       <──result or deadline──┘
//
// That goroutine is the one exception to the rule that whoever starts a
// goroutine waits for it: go-keyring cannot be cancelled, and a locked keyring
// may ask its user for a password that never comes. So the call is left behind
// at its deadline, and ends when the keyring answers or the program ends. At
// most one such call exists at any time; see Keyring.
package keystore
