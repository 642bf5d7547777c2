// The one script of every page. Nothing here is needed: each page works without it.
import './trusted.js'
import {
  CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink, createAll
} from 'govuk-frontend'
import htmx from 'htmx.org/dist/htmx.esm.js'
import './leave.js'
import './passkeys.js'

document.body.classList.add('js-enabled', 'govuk-frontend-supported')

// Nothing may be compiled from text, and no style may be put in line: the page's policy forbids it.
htmx.config.allowEval = false
htmx.config.allowScriptTags = false
htmx.config.includeIndicatorStyles = false
htmx.config.selfRequestsOnly = true
htmx.config.historyCacheSize = 0 // no page is kept in the browser's storage
htmx.config.refreshOnHistoryMiss = true

const components = [
  CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, SkipLink
]
const start = scope => components.forEach(component => createAll(component, undefined, { scope }))
start(document)
document.body.addEventListener('htmx:afterSwap', event => start(event.detail.target))
document.body.addEventListener('htmx:configRequest', event => {
  const token = document.querySelector('meta[name="csrf-token"]')
  if (token) event.detail.headers['X-CSRFToken'] = token.content
})

// htmx notes the address of the page in the browser's storage: nothing is left there.
window.addEventListener('pagehide', () => sessionStorage.clear())

// A print button only where there is a script to make it work.
document.querySelectorAll('[data-print]').forEach(button => {
  button.hidden = false
  button.addEventListener('click', () => window.print())
})
