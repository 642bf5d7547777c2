// "Leave this page quickly": the link goes to a neutral page by itself. With a script the page is
// emptied at once, this page is replaced in the history, and pressing Escape three times does it.
const link = document.querySelector('[data-leave-quickly]')

if (link) {
  const leave = event => {
    if (event) event.preventDefault()
    document.title = ' '
    document.body.hidden = true
    window.location.replace(link.href)
  }
  link.addEventListener('click', leave)
  let presses = []
  document.addEventListener('keydown', event => {
    if (event.key !== 'Escape') { presses = []; return }
    presses = [...presses.filter(at => event.timeStamp - at < 3000), event.timeStamp]
    if (presses.length >= 3) leave()
  })
}
