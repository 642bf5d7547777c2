// Builds static/build: style sheets (left-to-right and right-to-left), script, fonts, icon, and a
// manifest from plain names to names that carry a digest of the content. Run by `npm run build`.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import esbuild from 'esbuild'
import rtlcss from 'rtlcss'
import * as sass from 'sass'

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, '..', 'source')
const out = join(here, '..', 'static', 'build')
const require = createRequire(import.meta.url)
const manifest = {}

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })

function put (name, content) {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 10)
  const dot = name.lastIndexOf('.')
  const hashed = `${name.slice(0, dot)}.${digest}${name.slice(dot)}`
  writeFileSync(join(out, hashed), content)
  if (!name.endsWith('.woff2')) {
    writeFileSync(join(out, `${hashed}.gz`), gzipSync(content, { level: 9 }))
    writeFileSync(join(out, `${hashed}.br`), brotliCompressSync(content))
  }
  manifest[name] = hashed
  return hashed
}

// Fonts: only the scripts that the pages speak, two weights.
const faces = [
  ['Noto Sans', 'noto-sans', 'latin',
    'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+FEFF,U+FFFD'],
  ['Noto Sans', 'noto-sans', 'latin-ext', 'U+0100-02BA,U+1E00-1EFF'],
  ['Noto Sans Arabic', 'noto-sans-arabic', 'arabic',
    'U+0600-06FF,U+0750-077F,U+0870-088E,U+0890-0891,U+0897-08E1,U+08E3-08FF,U+200C-200E,U+2010-2011,U+204F,U+2E41,U+FB50-FDFF,U+FE70-FE74,U+FE76-FEFC']
]
const fontFaces = faces.flatMap(([family, folder, subset, range]) => [400, 700].map(weight => {
  const file = `${folder}-${subset}-${weight}-normal.woff2`
  const content = readFileSync(require.resolve(`@fontsource/${folder}/files/${file}`))
  const hashed = put(file, content)
  return `@font-face{font-family:"${family}";font-style:normal;font-display:swap;` +
    `font-weight:${weight};src:url(${hashed}) format("woff2");unicode-range:${range}}`
})).join('\n')

const { css } = sass.compile(join(source, 'app.scss'), {
  importers: [new sass.NodePackageImporter(join(here, 'build.mjs'))],
  style: 'compressed',
  quietDeps: true
})
const plain = css.replace(/^﻿/, '')
put('app.css', Buffer.from(fontFaces + plain))
put('app-rtl.css', Buffer.from(fontFaces + rtlcss.process(plain)))

const bundled = await esbuild.build({
  entryPoints: [join(source, 'app.js')],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2020',
  legalComments: 'inline'
})
put('app.js', Buffer.from(bundled.outputFiles[0].contents))
// Finding help needs one thing of a script, and nothing that remembers an address (htmx does).
put('leave.js', Buffer.from((await esbuild.build({
  entryPoints: [join(source, 'leave.js')],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2017'
})).outputFiles[0].contents))
put('icon.svg', readFileSync(join(source, 'icon.svg')))

// The link chart is drawn on its own pages only, and the outlines of countries are read by the server.
put('chart.js', Buffer.from((await esbuild.build({
  entryPoints: [join(source, 'chart.js')],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2020',
  legalComments: 'inline'
})).outputFiles[0].contents))
put('world.json', readFileSync(require.resolve('world-atlas/countries-110m.json')))

// The person's own door loads nothing of the above: a few hundred bytes for an old telephone.
put('door.css', Buffer.from(
  (await esbuild.build({ entryPoints: [join(source, 'door.css')], minify: true, write: false }))
    .outputFiles[0].contents))
put('door.js', Buffer.from((await esbuild.build({
  entryPoints: [join(source, 'door.js')],
  bundle: true,
  minify: true,
  write: false,
  format: 'iife',
  target: 'es2017'
})).outputFiles[0].contents))
put('door.svg', readFileSync(join(source, 'door.svg')))

writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest, null, 1) + '\n')
for (const [name, hashed] of Object.entries(manifest)) {
  console.log(`${name} -> ${hashed} ${readFileSync(join(out, hashed)).length} bytes`)
}
