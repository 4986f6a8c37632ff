/** Hides the rows that lack one of the words in the filter, and says how many are left. Returns what does so anew. */
export function startFilter(): () => void {
  const apply = () => {
    const field = document.querySelector<HTMLInputElement>('#filter')
    const shown = document.querySelector('#shown')
    if (!field || !shown) return
    const words = field.value.toLowerCase().split(/\s+/)
    const rows = [...document.querySelectorAll<HTMLElement>('.row')]
    for (const row of rows) {
      const text =
        `${row.closest('section')?.querySelector('h2')?.textContent} ${row.textContent}`.toLowerCase()
      row.hidden = !words.every((word) => text.includes(word))
    }
    for (const section of document.querySelectorAll<HTMLElement>('main section')) {
      section.hidden = !section.querySelector('.row:not([hidden])')
    }
    const left = rows.filter(({ hidden }) => !hidden).length
    const told = field.value.trim() ? `${left} of ${rows.length} shown` : ''
    if (shown.textContent !== told) shown.textContent = told
  }

  document.addEventListener('input', apply)
  document.addEventListener('keydown', (event) => {
    const field = document.querySelector<HTMLInputElement>('#filter')
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.target === field) return
    event.preventDefault()
    field?.focus()
  })
  return apply
}
