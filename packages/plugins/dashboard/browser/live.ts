import { startFilter } from './filter.ts'
import { morph } from './morph.ts'
import { takeToken } from './token.ts'

/** Milliseconds after which an update times out. */
const TIMEOUT = 60_000

/** Updates the page in place. */
function start(settings: DOMStringMap): void {
  const root = document.documentElement
  const source = takeToken(settings.token ?? '')
  const filter = startFilter()
  let lastUpdate = new Date()

  async function load(): Promise<void> {
    const { url, headers } = source
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT) })
    const next = new DOMParser().parseFromString(await response.text(), 'text/html')
    if (!next.querySelector('#verdict'))
      return showNoAnswer(`The server answered ${response.status} without a dashboard`)
    lastUpdate = new Date()
    root.classList.remove('no-answer')
    setText('title', next.title)
    setIcon(next.querySelector('link')?.href)
    morph(document.body, next.body)
    filter()
  }

  /** Marks the page as out of date. */
  function showNoAnswer(reason: string): void {
    root.classList.add('no-answer')
    setText('title', document.title.replace(/^.*?(?= · )/, 'No answer'))
    setIcon(document.querySelector('link')?.dataset.noAnswer)
    setText('#verdict', 'No answer')
    setText('#tally', `${reason}. Last update ${lastUpdate.toLocaleTimeString()}.`)
    document.querySelector('h1 use')?.setAttribute('href', '#no-answer')
  }

  async function update(): Promise<void> {
    await load().catch(() => showNoAnswer('The server cannot be reached'))
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
