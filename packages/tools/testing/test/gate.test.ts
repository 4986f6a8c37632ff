import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { type Gate, openGate } from '@watchman/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

let server: Server
let gate: Gate
const accepted = new Set<Socket>()

beforeEach(async () => {
  server = createServer((socket) => {
    accepted.add(socket)
    socket.on('error', () => {}).on('data', (data) => socket.write(`heard ${data}`))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  gate = await openGate({ port: typeof address === 'object' ? (address?.port ?? 0) : 0 })
})

afterEach(async () => {
  await gate.close()
  for (const socket of accepted) socket.destroy()
  accepted.clear()
  server.close()
})

/** A client, and what it has heard. */
async function client() {
  const socket = connect({ host: gate.host, port: gate.port })
  const heard: string[] = []
  socket.on('data', (data) => heard.push(`${data}`)).on('error', ({ message }) => heard.push(message))
  await once(socket, 'connect')
  return { socket, heard }
}

test('an open gate passes on what either side says, and the end', async () => {
  const { socket, heard } = await client()
  socket.end('x')
  await once(socket, 'close')
  expect(heard).toEqual(['heard x'])
  await expect.poll(gate.connections).toBe(0)
})

test('a silent gate takes connections and keeps what is said until it opens', async () => {
  const before = await client()
  await gate.silence()
  const after = await client()
  before.socket.write('a')
  after.socket.write('b')
  await setTimeout(100)
  expect([...before.heard, ...after.heard]).toEqual([])
  await gate.open()
  await expect.poll(() => [...before.heard, ...after.heard]).toEqual(['heard a', 'heard b'])
})

test('a silent gate notices that a client goes, and lets its connection to the server go', async () => {
  await gate.silence()
  const { socket } = await client()
  expect(gate.connections()).toBe(1)
  socket.destroy()
  await expect.poll(gate.connections).toBe(0)
  await expect.poll(() => [...accepted].every(({ destroyed }) => destroyed)).toBe(true)
})

test('a gate that refuses breaks what is open, and takes nothing until it opens', async () => {
  const { heard } = await client()
  await gate.refuse()
  await expect.poll(() => heard).toEqual(['read ECONNRESET'])
  await expect(client()).rejects.toThrow('ECONNREFUSED')
  await gate.open()
  const { socket } = await client()
  socket.destroy()
})

test('a gate that cuts breaks what is open, and takes more', async () => {
  const { heard } = await client()
  gate.cut()
  await expect.poll(() => heard).toEqual(['read ECONNRESET'])
  const { socket } = await client()
  socket.destroy()
})
