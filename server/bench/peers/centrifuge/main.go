// Command centrifuge is a chat server on the centrifuge library with what its
// documentation begins with: the memory engine without history, the WebSocket
// handler with pooled write buffers, a token that is checked when a client
// connects. It keeps nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/centrifugal/centrifuge"

	"github.com/hobnob-chat/hobnob/server/bench/peers/token"
)

func run() error {
	flag.Parse()
	verify, err := token.Verifier()
	if err != nil {
		return err
	}
	node, err := centrifuge.New(centrifuge.Config{})
	if err != nil {
		return err
	}
	node.OnConnecting(func(_ context.Context, e centrifuge.ConnectEvent) (centrifuge.ConnectReply, error) {
		subject, err := verify(e.Token)
		if err != nil {
			return centrifuge.ConnectReply{}, centrifuge.DisconnectInvalidToken
		}
		return centrifuge.ConnectReply{Credentials: &centrifuge.Credentials{UserID: subject}}, nil
	})
	node.OnConnect(func(client *centrifuge.Client) {
		client.OnSubscribe(func(_ centrifuge.SubscribeEvent, done centrifuge.SubscribeCallback) {
			done(centrifuge.SubscribeReply{}, nil)
		})
		client.OnPublish(func(_ centrifuge.PublishEvent, done centrifuge.PublishCallback) {
			done(centrifuge.PublishReply{}, nil)
		})
	})
	if err := node.Run(); err != nil {
		return err
	}
	http.Handle("/connection/websocket", centrifuge.NewWebsocketHandler(node, centrifuge.WebsocketConfig{
		UseWriteBufferPool: true,
	}))
	return token.Serve(http.DefaultServeMux)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
