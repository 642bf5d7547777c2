// The one script of a person's own door: leaving quickly, and nothing left to see on the way back.
import './leave.js'

// A page that the browser kept for going back is asked for anew: its visit may be over.
window.addEventListener('pageshow', event => {
  if (event.persisted) window.location.reload()
})
