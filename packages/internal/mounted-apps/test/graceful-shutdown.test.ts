import { expect, onTestFinished, test } from 'vitest'
import { keepAliveClient } from '../src/keep-alive-client.ts'
import { runInstance } from '../src/run-instance.ts'
import { shutdownPrograms } from '../src/shutdown-programs.ts'

const programs = shutdownPrograms.map((program) => [program.name, program] as const)

test.each(programs)(
  '%s ends after its delay, answers what is in flight, and asks keep-alive callers to leave',
  async (_name, { code, end }) => {
    const { port, ended, output, kill } = await runInstance(code)
    onTestFinished(() => kill('SIGKILL'))
    const client = keepAliveClient(port)
    onTestFinished(client.close)
    expect(await client.send('/')).toEqual({ status: 200, text: 'done', connection: 'keep-alive' })
    expect((await client.send('/watchman/bare')).status).toBe(200)
    kill('SIGTERM')
    await expect.poll(output).toContain('SIGTERM: readiness is held')
    expect((await client.send('/watchman/bare')).status).toBe(503)
    expect(await client.send('/slow')).toEqual({ status: 200, text: 'done', connection: 'close' })
    expect(await ended).toBe(end)
    expect(output()).toContain('clients closed')
  },
)

test.each(programs)('%s ends at once at a second signal', async (_name, { code }) => {
  const { ended, output, kill } = await runInstance(code, { DELAY: '60000' })
  onTestFinished(() => kill('SIGKILL'))
  kill('SIGTERM')
  await expect.poll(output).toContain('SIGTERM: readiness is held')
  kill('SIGTERM')
  expect(await ended).toBe(143)
})
