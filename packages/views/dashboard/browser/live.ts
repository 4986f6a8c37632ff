import { startFilter } from './filter.ts'
import { morph } from './morph.ts'
import { takeToken } from './token.ts'

/** Milliseconds after which an update is given up. */
const PATIENCE = 60_000

/** Keeps the page up to date in place. */
function start(settings: DOMStringMap): void {
  const root = document.documentElement
  const source = takeToken(settings.token ?? '')
  const filter = startFilter()
  let heard = new Date()

  async function load(): Promise<void> {
    const { url, headers } = source
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE) })
    const wanted = new DOMParser().parseFromString(await response.text(), 'text/html')
    if (!wanted.querySelector('#verdict'))
      return lose(`The server answers ${response.status} and no dashboard`)
    heard = new Date()
    root.classList.remove('lost')
    setText('title', wanted.title)
    setIcon(wanted.querySelector('link')?.href)
    morph(document.body, wanted.body)
    filter()
  }

  /** Says that what stands there is no longer known. */
  function lose(reason: string): void {
    root.classList.add('lost')
    setText('title', document.title.replace(/^.*?(?= · )/, 'No answer'))
    setIcon(document.querySelector('link')?.dataset.lost)
    setText('#verdict', 'No answer')
    setText('#tally', `${reason}. What stands below was heard at ${heard.toLocaleTimeString()}.`)
    document.querySelector('h1 use')?.setAttribute('href', '#lost')
  }

  async function update(): Promise<void> {
    await load().catch(() => lose('The server cannot be reached'))
    setTimeout(update, Number(settings.refresh))
  }

  root.classList.add('js')
  setTimeout(update, Number(settings.refresh))
}

function setIcon(href: string | undefined): void {
  const link = document.querySelector('link')
  if (link && href && link.href !== href) link.href = href
}

function setText(selector: string, text: string): void {
  const element = document.querySelector(selector)
  if (element && element.textContent !== text) element.textContent = text
}

start(document.body.dataset)
