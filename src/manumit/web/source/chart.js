// The link chart: draws what the list and the table of the page say, and keeps the three together.
import cytoscape from 'cytoscape'

// cytoscape would put a style element into the page, which the content policy forbids; it leaves that
// be where an element of this name is there already. The rule itself stands in the style sheet.
const marker = document.createElement('template')
marker.id = '__________cytoscape_stylesheet'
document.head.append(marker)

// Ten colours that are told apart with most kinds of colour blindness, each with a shape of its own.
const COLOURS = ['#0b5563', '#b35900', '#5a3e8c', '#2f7d32', '#a4262c', '#1d6fb8', '#8a6d00', '#7a3b69', '#4d5b61', '#00806f']
const SHAPES = ['ellipse', 'round-rectangle', 'diamond', 'hexagon', 'triangle', 'rectangle', 'pentagon', 'octagon', 'tag', 'vee']
const NONE = '#6f777b'
const DASHES = { 1: [3, 5], 2: [9, 4], 3: [1, 0] }
const STEP = 60

const box = document.getElementById('chart')
if (box) start(box)

function start (box) {
  const paper = box.querySelector('.m-chart__paper')
  const told = box.querySelector('.m-chart__told')
  const list = document.getElementById('chart-list')
  const table = document.getElementById('chart-table')
  const keep = document.getElementById('chart-keep')
  let data = JSON.parse(box.dataset.chart)
  box.hidden = false
  paper.dir = 'ltr' // of what has no letters, such as a number; Arabic names keep their own direction
  told.textContent = told.dataset.none

  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  const cy = cytoscape({
    container: paper,
    elements: [],
    style: look(),
    wheelSensitivity: 0.3,
    userZoomingEnabled: false, // a page that is scrolled must not get stuck on the chart
    boxSelectionEnabled: false,
    minZoom: 0.1,
    maxZoom: 3
  })
  show(data)

  // --- drawing ---

  function show (next, from) {
    data = next
    const keepIds = new Set([...data.nodes.map(n => n.id), ...data.edges.map(e => e.via)])
    cy.elements().filter(one => !keepIds.has(one.id())).remove()
    const around = from ? cy.getElementById(from).position() : { x: 0, y: 0 }
    let fresh = 0
    data.nodes.forEach((node, at) => {
      const there = cy.getElementById(node.id)
      const values = { id: node.id, label: node.marked ? `${node.label}\n${data.mark}` : node.label, marked: node.marked ? 1 : 0, colour: colour(node.group), shape: shape(node.group), start: node.start ? 1 : 0, open: node.open ? 1 : 0 }
      if (there.nonempty()) { there.data(values); return }
      const kept = data.places[node.id]
      const turn = at * 2.399963 // the golden angle: no two stand on each other
      const far = from ? 90 + 6 * fresh : 40 * Math.sqrt(at + 1)
      fresh += kept ? 0 : 1
      cy.add({ group: 'nodes', data: values, position: kept ? { x: kept[0], y: kept[1] } : { x: around.x + far * Math.cos(turn), y: around.y + far * Math.sin(turn) } })
    })
    data.edges.forEach(edge => {
      if (cy.getElementById(edge.via).nonempty()) return
      cy.add({ group: 'edges', data: { id: edge.via, source: edge.tail_id, target: edge.head_id, label: edge.words, level: edge.level } })
    })
    if (fresh) arrange(from)
    legend()
  }

  function arrange (from) {
    const held = from ? cy.nodes().filter(n => data.places[n.id()]) : cy.collection()
    held.lock()
    cy.layout({ name: 'cose', randomize: false, animate: false, nodeRepulsion: () => 9000, idealEdgeLength: () => 90, nodeDimensionsIncludeLabels: true, padding: 30, fit: false }).run()
    held.unlock()
    cy.fit(undefined, 30)
    if (cy.zoom() > 1.2) { cy.zoom(1.2); cy.center() }
  }

  function legend () {
    const place = box.querySelector('.m-chart__legend')
    place.replaceChildren(...data.groups.slice(0, 30).map(group => {
      const item = document.createElement('li')
      const dot = document.createElement('span')
      dot.className = `m-chart__dot m-chart__dot--${group.number < 0 ? 'none' : group.number % COLOURS.length}`
      item.append(dot, document.createTextNode(group.name))
      return item
    }))
  }

  // --- choosing and unfolding ---

  function choose (id) {
    cy.elements().removeClass('chosen near')
    const node = cy.getElementById(id)
    if (node.empty()) return
    node.addClass('chosen')
    node.connectedEdges().addClass('near')
    list.querySelectorAll('[data-node]').forEach(item => item.classList.toggle('m-chart__item--here', item.dataset.node === id))
    const found = data.nodes.find(one => one.id === id)
    told.replaceChildren(...named(found.url, found.label, found.marked), ` – ${found.says} `)
    if (!found.open) told.append(unfolder(found))
  }

  async function unfold (id) {
    const query = data.nodes.find(one => one.id === id).query
    told.textContent = told.dataset.wait
    try {
      const answer = await fetch(`${data.more_url}?${query}`, { headers: { Accept: 'application/json' } })
      if (!answer.ok) throw new Error(String(answer.status))
      const places = Object.fromEntries(cy.nodes().map(n => [n.id(), [n.position('x'), n.position('y')]]))
      const next = await answer.json()
      show({ ...next, places }, id)
      write()
      history.replaceState(null, '', `${location.pathname}?${query}`)
      choose(id)
      const item = list.querySelector(`[data-node="${id}"] a`)
      if (item) item.focus()
    } catch {
      told.textContent = told.dataset.failed
    }
  }

  cy.on('tap', 'node', event => choose(event.target.id()))
  cy.on('dbltap', 'node', event => {
    const node = data.nodes.find(one => one.id === event.target.id())
    if (!node.open) unfold(node.id)
  })
  document.addEventListener('click', event => {
    const link = event.target.closest('[data-more]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    unfold(link.dataset.more)
  })
  list.addEventListener('focusin', event => choose(event.target.closest('[data-node]').dataset.node))
  list.addEventListener('keydown', event => {
    const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key]
    if (!step) return
    const next = event.target.closest('[data-node]')[step]
    if (next) { event.preventDefault(); next.querySelector('a').focus() }
  })
  paper.addEventListener('keydown', event => {
    const by = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key]
    if (by) cy.panBy({ x: by[0], y: by[1] })
    else if (event.key === '+' || event.key === '=') zoom(1.25)
    else if (event.key === '-') zoom(0.8)
    else return
    event.preventDefault()
  })
  paper.addEventListener('wheel', event => {
    if (!event.ctrlKey) return // as on a map: with the control key, else the page is scrolled
    event.preventDefault()
    zoom(event.deltaY < 0 ? 1.15 : 0.87)
  }, { passive: false })
  function zoom (by) {
    cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } })
  }
  box.querySelector('[data-fit]').addEventListener('click', () => cy.fit(undefined, 30))

  keep.addEventListener('submit', () => {
    const places = Object.fromEntries(cy.nodes().map(n => [n.id(), [Math.round(n.position('x')), Math.round(n.position('y'))]]))
    keep.querySelector('[name=places]').value = JSON.stringify(places)
  })

  // --- list and table anew ---

  function write () {
    list.replaceChildren(...data.nodes.map(node => {
      const item = document.createElement('li')
      item.dataset.node = node.id
      item.append(...named(node.url, node.label, node.marked), ' ', hint(node.says))
      if (!node.open) item.append(' ', unfolder(node))
      if (node.way_url) item.append(' ', further(node.way_url, list.dataset.way, node.label))
      return item
    }))
    const rows = table.querySelector('tbody')
    if (!rows) { location.reload(); return }
    const heads = [...table.querySelectorAll('thead th')].map(head => head.textContent)
    rows.replaceChildren(...data.edges.map(edge => {
      const row = document.createElement('tr')
      row.className = 'govuk-table__row'
      const first = document.createElement('th')
      first.scope = 'row'
      first.className = 'govuk-table__header'
      first.append(...named(edge.tail_url, edge.tail, edge.tail_marked))
      const what = document.createElement('a')
      what.href = edge.url
      what.className = 'govuk-link'
      what.textContent = edge.words
      const rest = [[what], named(edge.head_url, edge.head, edge.head_marked), [edge.when || '–'], [edge.certainty]]
      row.append(first, ...rest.map((values, at) => {
        const cell = document.createElement('td')
        cell.className = 'govuk-table__cell'
        cell.dataset.label = heads[at + 1]
        cell.append(...values)
        return cell
      }))
      return row
    }))
    document.querySelectorAll('form [name=more]').forEach(one => one.remove())
    document.querySelectorAll('#chart-keep, .m-chart__choose').forEach(form => {
      data.unfolded.forEach(id => {
        const field = document.createElement('input')
        field.type = 'hidden'
        field.name = 'more'
        field.value = id
        form.append(field)
      })
    })
    document.getElementById('chart-says').textContent = data.says
  }

  function anchor (url, label) {
    const link = document.createElement('a')
    link.href = url
    link.className = 'govuk-link'
    const text = document.createElement('bdi')
    text.textContent = label
    link.append(text)
    return link
  }
  // A name, and the mark of whoever may be a victim: the page has the same in _marked.html.
  function named (url, label, marked) {
    if (!marked) return [anchor(url, label)]
    const mark = document.createElement('strong')
    mark.className = 'govuk-tag govuk-tag--purple'
    mark.textContent = data.mark
    return [anchor(url, label), ' ', mark]
  }
  function hint (text) {
    const made = document.createElement('span')
    made.className = 'govuk-hint m-inline'
    made.textContent = text
    return made
  }
  function further (url, words, label) {
    const link = document.createElement('a')
    link.href = url
    link.className = 'govuk-link m-no-print'
    const name = document.createElement('span')
    name.className = 'govuk-visually-hidden'
    name.textContent = ` ${label}`
    link.append(words, name)
    return link
  }
  function unfolder (node) {
    const link = further(`?${node.query}`, list.dataset.unfold, node.label)
    link.dataset.more = node.id
    return link
  }

  function colour (group) { return group < 0 ? NONE : COLOURS[group % COLOURS.length] }
  function shape (group) { return group < 0 ? 'ellipse' : SHAPES[group % SHAPES.length] }
  function look () {
    const face = getComputedStyle(document.body).fontFamily
    return [
      { selector: 'node', style: { 'background-color': 'data(colour)', shape: 'data(shape)', label: 'data(label)', width: 26, height: 26, 'font-family': face, 'font-size': 12, color: '#0b0c0c', 'text-valign': 'bottom', 'text-margin-y': 4, 'text-wrap': 'ellipsis', 'text-max-width': 130, 'text-background-color': '#ffffff', 'text-background-opacity': 0.85, 'text-background-padding': 2 } },
      { selector: 'node[start = 1]', style: { width: 38, height: 38, 'border-width': 3, 'border-color': '#0b0c0c', 'font-weight': 'bold' } },
      { selector: 'node[open = 0]', style: { 'border-width': 2, 'border-style': 'dashed', 'border-color': '#0b0c0c' } },
      { selector: 'node[marked = 1]', style: { 'text-wrap': 'wrap', 'border-width': 4, 'border-style': 'double', 'border-color': '#54319f' } },
      { selector: 'edge', style: { width: 2, 'line-color': '#6f777b', 'target-arrow-color': '#6f777b', 'target-arrow-shape': 'triangle', 'curve-style': 'bezier', 'line-style': 'dashed', 'line-dash-pattern': edge => DASHES[edge.data('level')], 'font-family': face, 'font-size': 10 } },
      { selector: 'edge.near', style: { width: 3, 'line-color': '#0b5563', 'target-arrow-color': '#0b5563', label: 'data(label)', color: '#0b0c0c', 'text-background-color': '#ffffff', 'text-background-opacity': 0.9, 'text-rotation': 'autorotate' } },
      { selector: 'node.chosen', style: { 'overlay-color': '#ffdd00', 'overlay-opacity': 0.45, 'overlay-padding': 8 } }
    ]
  }
  if (!calm) cy.style().selector('edge').style({ 'transition-property': 'line-color', 'transition-duration': 150 }).update()
}
