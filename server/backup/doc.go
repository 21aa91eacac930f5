// Package backup is the archive that a team's backup is: how it is written, read and
// verified.
//
// It is a tar file (POSIX pax) whose files lie in one folder, so that any tar can look
// into it and take a part of it out:
//
//	hobnob-backup/hobnob.db       the database, log and read model
//	hobnob-backup/key.pem         the team's key
//	hobnob-backup/host.json       the host's own account
//	hobnob-backup/files/ab/abcd…  what people uploaded, each content under its SHA-256
//	hobnob-backup/manifest.json   all of these with size and SHA-256, and what they hold
//
// The manifest comes last: it tells of everything that was written before it, so that
// an archive can go to a pipe, and one without it was cut off.
//
// The package knows files and hashes. What is in the database it neither asks nor
// changes, and where a data folder's files belong is for its caller to say.
package backup
