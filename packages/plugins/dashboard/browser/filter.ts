/** Hides the rows that do not contain all words of the filter, and shows how many are left. Returns a function that filters again. */
export function startFilter(): () => void {
  const apply = () => {
    const field = document.querySelector<HTMLInputElement>('#filter')
    const shown = document.querySelector('#shown')
    if (!field || !shown) return
    const words = field.value.toLowerCase().split(/\s+/)
    const rows = [...document.querySelectorAll<HTMLElement>('.row')]
    for (const row of rows) {
      const check = row.closest('section')?.querySelector('h2')?.textContent
      const text = `${check} ${row.textContent}`.toLowerCase()
      row.hidden = !words.every((word) => text.includes(word))
    }
    for (const section of document.querySelectorAll<HTMLElement>('main section')) {
      section.hidden = !section.querySelector('.row:not([hidden])')
    }
    const visible = rows.filter(({ hidden }) => !hidden).length
    const summary = field.value.trim() ? `${visible} of ${rows.length} shown` : ''
    if (shown.textContent !== summary) shown.textContent = summary
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
