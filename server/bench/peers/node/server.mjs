// The chat server that the Socket.IO documentation arrives at: a middleware that
// checks the token, a room for each socket, and an emit to it for each message.
// It keeps nothing. --secret-file FILE
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import jwt from "jsonwebtoken"
import { Server } from "socket.io"

const file = process.argv[process.argv.indexOf("--secret-file") + 1]
const secret = readFileSync(file, "utf8").trim()

const http = createServer((_, answer) => answer.writeHead(404).end())
const io = new Server(http, { transports: ["websocket"] })

io.use((socket, next) => {
  jwt.verify(socket.handshake.auth.token ?? "", secret, { algorithms: ["HS256"] }, (err, claims) => {
    if (err) return next(new Error("Authentication error"))
    socket.data.user = claims.sub
    next()
  })
})

io.on("connection", (socket) => {
  const room = socket.handshake.auth.room
  socket.join(room)
  socket.on("message", (body, ack) => {
    io.to(room).emit("message", body)
    if (typeof ack === "function") ack({ ok: true })
  })
})

for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0))
http.listen(0, "127.0.0.1", () => console.log(`ready: http://127.0.0.1:${http.address().port}`))
