/**
 * Makes `current` look as `wanted` does and keeps the nodes that both have, and with them focus, selection and what is
 * typed or opened. Elements with an id are known by it, wherever among their siblings they stand.
 */
export function morph(current: Element, wanted: Element): void {
  if (current.nodeName === 'OUTPUT' || current.isEqualNode(wanted)) return // what the script itself says stays
  const focused = document.activeElement
  matchAttributes(current, wanted)
  matchChildren(current, wanted)
  // An element that was moved has lost it.
  if (focused instanceof HTMLElement && focused.isConnected) focused.focus({ preventScroll: true })
}

function matchAttributes(current: Element, wanted: Element): void {
  for (const { name } of [...current.attributes]) {
    if (!wanted.hasAttribute(name) && !isReaders(current, name)) current.removeAttribute(name)
  }
  for (const { name, value } of wanted.attributes) {
    if (current.getAttribute(name) !== value) current.setAttribute(name, value)
  }
}

/** Whether the attribute is the reader's: what is unfolded, and what the filter hides. */
function isReaders({ nodeName }: Element, name: string): boolean {
  return name === 'hidden' || (nodeName === 'DETAILS' && name === 'open')
}

function matchChildren(current: Element, wanted: Element): void {
  const ids = new Set([...wanted.children].map(({ id }) => id))
  const known = new Map<string, Element>()
  for (const child of [...current.children]) {
    if (child.id && ids.has(child.id)) known.set(child.id, child)
    else if (child.id) child.remove()
  }
  let cursor = current.firstChild
  for (const child of [...wanted.childNodes]) {
    const id = idOf(child)
    const same = id ? known.get(id) : cursor && !idOf(cursor) && cursor.nodeName === child.nodeName && cursor
    if (same && same === cursor) cursor = cursor.nextSibling
    else current.insertBefore(same || child, cursor)
    if (same instanceof Element && child instanceof Element) morph(same, child)
    else if (same && same.nodeValue !== child.nodeValue) same.nodeValue = child.nodeValue
  }
  while (cursor) {
    const next: ChildNode | null = cursor.nextSibling
    cursor.remove()
    cursor = next
  }
}

function idOf(node: Node): string {
  return node instanceof Element ? node.id : ''
}
