import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type FaultyProxy, startProxy } from '@watchman/fault-matrix'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** Says what it hears. */
let echo: Server
let proxy: FaultyProxy
const sockets: Socket[] = []

/** A connection through the proxy, and what it has heard so far. */
async function open() {
  const socket = connect(proxy)
  sockets.push(socket)
  const heard = { text: '', closed: false }
  socket.on('data', (chunk) => {
    heard.text += chunk
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    heard.closed = true
  })
  await once(socket, 'connect')
  return { heard, say: (text: string) => socket.write(text) }
}

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const { port }: { readonly port: number } = Object(echo.address())
  proxy = await startProxy({ host: '127.0.0.1', port })
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await proxy.stop()
  echo.close()
})

describe('the proxy', () => {
  test('passes everything on', async () => {
    const { heard, say } = await open()
    say('hello')
    await expect.poll(() => heard.text).toBe('hello')
  })

  test('holds answers back, and passes them on at once when it is told to', async () => {
    const { heard, say } = await open()
    proxy.delay(60_000)
    say('hello')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(heard.text).toBe('')
    await proxy.pass()
    await expect.poll(() => heard.text).toBe('hello')
  })

  test('passes a byte on at a time, and none twice', async () => {
    const { heard, say } = await open()
    proxy.trickle(20)
    say('hello')
    await expect.poll(() => heard.text.length).toBeGreaterThan(1)
    await proxy.pass()
    await expect.poll(() => heard.text).toBe('hello')
  })

  test('cuts in the middle of an answer', async () => {
    const { heard, say } = await open()
    proxy.cut()
    say('hello!')
    await expect.poll(() => heard.closed).toBe(true)
    expect(heard.text).toBe('hel')
  })

  test('says nothing, and later what was asked meanwhile', async () => {
    const before = await open()
    proxy.silence()
    const after = await open()
    before.say('one')
    after.say('two')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([before.heard.text, after.heard.text]).toEqual(['', ''])
    await proxy.pass()
    await expect.poll(() => [before.heard.text, after.heard.text]).toEqual(['one', 'two'])
  })

  test('answers garbage to who asks and to who comes', async () => {
    const before = await open()
    proxy.garbage()
    const after = await open()
    before.say('hello')
    await expect.poll(() => before.heard.text).toContain('garbage')
    await expect.poll(() => after.heard.text).toContain('garbage')
    expect(before.heard.text).not.toContain('hello')
  })

  test('hangs up on who comes', async () => {
    proxy.hangUp()
    const { heard } = await open()
    await expect.poll(() => heard.closed).toBe(true)
  })

  test('refuses, and accepts again on the same port', async () => {
    const { heard } = await open()
    await proxy.refuse()
    await expect.poll(() => heard.closed).toBe(true)
    await expect(once(connect(proxy), 'connect')).rejects.toThrow('ECONNREFUSED')
    await proxy.pass()
    const again = await open()
    again.say('hello')
    await expect.poll(() => again.heard.text).toBe('hello')
  })
})
