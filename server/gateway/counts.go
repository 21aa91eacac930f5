package gateway

// Delivered is how many messages were handed to sessions, each counted for everyone
// that heard it.
func (g *Gateway) Delivered() uint64 { return g.hub.Delivered() }
