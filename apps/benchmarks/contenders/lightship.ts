import lightshipModule from 'lightship'
import { address, askCache, askDatabase } from './clients.ts'

const lightship = await lightshipModule.createLightship({ detectKubernetes: false, port: address.port })

// It answers with a state that the app sets: this one looks every second.
async function look(): Promise<void> {
  try {
    await Promise.all([askDatabase(), askCache()])
    lightship.signalReady()
  } catch {
    lightship.signalNotReady()
  }
  setTimeout(look, 1000)
}
await look()
