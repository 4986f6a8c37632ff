import nodemailer from 'nodemailer'
import { describe, expect, test } from 'vitest'
import { type SmtpServer, startSmtp } from '../src/index.ts'
import { describeLifecycle } from './lifecycle.ts'

async function send({ url }: { readonly url: string }, subject = 'Hello'): Promise<unknown> {
  const transporter = nodemailer.createTransport(url)
  try {
    return await transporter.sendMail({
      from: 'a@example.org',
      to: 'b@example.org',
      subject,
      text: 'How are you?',
    })
  } finally {
    transporter.close()
  }
}

describe('startSmtp', () => {
  describeLifecycle<SmtpServer>({ start: startSmtp, ask: send })

  test('keeps what it receives until it is cleared, over a restart as well', async () => {
    const server = await startSmtp()
    await send(server)
    const [message] = await server.received()
    expect(message).toMatchObject({ from: 'a@example.org', to: ['b@example.org'] })
    expect(message?.headers).toContain('Subject: Hello')
    expect(message?.body).toBe('How are you?\r\n')
    await server.restart()
    await send(server, 'Again')
    expect(await server.received(2)).toBe(server.messages)
    expect(server.messages).toHaveLength(2)
    server.clear()
    expect(server.messages).toEqual([])
    await server.stop()
  })

  test('takes messages from the given user alone', async () => {
    const server = await startSmtp({ auth: { user: 'me@example.org', pass: 'p@ss' } })
    await send(server)
    await server.received()
    const { host, port } = server
    await expect(send({ url: `smtp://me:wrong@${host}:${port}` })).rejects.toThrow('535')
    await expect(send({ url: `smtp://${host}:${port}` })).rejects.toThrow('530')
    await server.stop()
  })
})
