// RustDedicated reads no commands from a pipe, only over its web RCON. This program, which runs in the container on the
// image's Node, starts the game, hands lines of standard input to RCON and prints the answers. The game's own log goes
// straight to standard output and never through here.
export const bridge = String.raw`
const { spawn } = require('node:child_process')
const { createInterface } = require('node:readline')
const env = process.env
const args = ['-batchmode', '-nographics', '-logfile', '/dev/stdout',
  '+server.ip', '0.0.0.0', '+server.port', env.SERVER_PORT, '+server.queryport', env.QUERY_PORT,
  '+app.port', env.APP_PORT, '+rcon.ip', '127.0.0.1', '+rcon.port', env.BRIDGE_PORT, '+rcon.web', '1', '+rcon.password', env.RCON_PASSWORD,
  '+server.identity', 'stellar', '+server.hostname', env.SERVER_NAME, '+server.description', env.DESCRIPTION,
  '+server.level', 'Procedural Map', '+server.worldsize', env.WORLD_SIZE, '+server.maxplayers', env.MAX_PLAYERS,
  '+server.saveinterval', env.SAVE_INTERVAL, '+server.gamemode', env.GAMEMODE]
if (env.WORLD_SEED) args.push('+server.seed', env.WORLD_SEED)
if (env.LEVEL_URL) args.push('+server.levelurl', env.LEVEL_URL)
const game = spawn('./RustDedicated', args, { stdio: ['ignore', 'inherit', 'inherit'] })
game.on('error', (error) => { console.error('RustDedicated did not start: ' + error.message); process.exit(1) })
game.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 143)))
for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => game.kill(name))
let socket
const waiting = []
function connect() {
  const next = new WebSocket('ws://127.0.0.1:' + env.BRIDGE_PORT + '/' + encodeURIComponent(env.RCON_PASSWORD))
  next.onopen = () => { socket = next; for (const line of waiting.splice(0)) send(line) }
  next.onmessage = ({ data }) => {
    let answer
    // Not the protocol: whoever reads the console sees it as it came.
    try { answer = JSON.parse(data) } catch { answer = { Identifier: 1, Message: String(data) } }
    // 0 and below are the log, which is on standard output already.
    if (answer?.Identifier === 1 && answer.Message) console.log(answer.Message)
  }
  next.onerror = () => {}
  next.onclose = () => { if (socket === next) socket = undefined; setTimeout(connect, 3000) }
}
function send(line) { socket.send(JSON.stringify({ Identifier: 1, Message: line, Name: 'Stellar' })) }
createInterface({ input: process.stdin }).on('line', (line) => {
  if (socket) send(line)
  // Before RCON is up nothing is lost by stopping at once.
  else if (line.trim() === 'quit') game.kill('SIGTERM')
  else if (waiting.push(line) > 100) waiting.shift()
})
connect()
`
