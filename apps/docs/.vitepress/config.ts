import { defineConfig } from 'vitepress'
import { checkAnchors } from '../src/check-anchors.ts'
import { fillMarks } from '../src/fill-marks.ts'
import { sidebar } from './sidebar.ts'

export default defineConfig({
  title: 'Watchman',
  description: 'One page that says whether your database, cache, mail and storage work.',
  lang: 'en',
  outDir: 'dist',
  cacheDir: 'node_modules/.vitepress',
  head: [
    ['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }],
    ['meta', { name: 'theme-color', content: '#0a6f44' }],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { haproxy: 'nginx' },
    config: (md) => {
      md.core.ruler.before('normalize', 'options', (state) => {
        state.src = fillMarks(state.src)
      })
    },
  },
  themeConfig: {
    logo: { src: '/icon.svg', alt: '' },
    nav: [
      { text: 'Get started', link: '/get-started/' },
      { text: 'Checks', link: '/checks/' },
      { text: 'Run it', link: '/operations/' },
      { text: 'Write your own', link: '/extend/' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
  },
  // Written by the tests of the drivers, which know nothing of this site.
  transformPageData: ({ relativePath, frontmatter }) => {
    if (relativePath === 'fault-matrix.md') frontmatter.pageClass = 'columns matrix'
  },
  buildEnd: ({ outDir }) => checkAnchors(outDir),
})
