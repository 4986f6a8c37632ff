// Packages are packed without their sources, so the condition that finds them stays in the workspace.
function beforePacking({ exports = {}, ...manifest }) {
  return { ...manifest, exports: Object.fromEntries(Object.entries(exports).map(withoutSource)) }
}

function withoutSource([path, target]) {
  if (typeof target === 'string') return [path, target]
  const { '@watchman/source': _, ...built } = target
  return [path, built]
}

module.exports = { hooks: { beforePacking } }
