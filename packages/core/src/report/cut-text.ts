/** Cuts a text that is longer than `length` between two words: what is left of half a URL may be a password. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const part = text.slice(0, length)
  const end = Math.max(part.lastIndexOf(' '), part.lastIndexOf('\n'))
  return end < 0 ? part : part.slice(0, end)
}
