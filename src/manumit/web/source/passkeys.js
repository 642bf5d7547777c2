// Passkeys: the only part of signing in that needs a script. A form says what it wants in
// data-passkey ("create" or "get") and points at the options in a JSON block of the page.
const decode = text => Uint8Array.from(
  atob(text.replace(/-/g, '+').replace(/_/g, '/')), character => character.charCodeAt(0)
)
const encode = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

function prepare (options) {
  const ready = { ...options, challenge: decode(options.challenge) }
  if (options.user) ready.user = { ...options.user, id: decode(options.user.id) }
  for (const list of ['excludeCredentials', 'allowCredentials']) {
    if (options[list]) ready[list] = options[list].map(item => ({ ...item, id: decode(item.id) }))
  }
  return ready
}

function pack (credential) {
  const { response } = credential
  const packed = { clientDataJSON: encode(response.clientDataJSON) }
  if (response.attestationObject) packed.attestationObject = encode(response.attestationObject)
  if (response.getTransports) packed.transports = response.getTransports()
  for (const name of ['authenticatorData', 'signature', 'userHandle']) {
    if (response[name]) packed[name] = encode(response[name])
  }
  return JSON.stringify({
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: packed
  })
}

document.querySelectorAll('form[data-passkey]').forEach(form => {
  if (!window.PublicKeyCredential) return
  form.hidden = false
  form.addEventListener('submit', async event => {
    if (form.elements.credential.value) return
    event.preventDefault()
    const options = JSON.parse(document.getElementById(form.dataset.options).textContent)
    const problem = form.querySelector('[data-passkey-problem]')
    problem.hidden = true
    try {
      const publicKey = prepare(options.publicKey)
      const credential = form.dataset.passkey === 'create'
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey })
      form.elements.credential.value = pack(credential)
      form.submit()
    } catch (error) {
      problem.hidden = false
      problem.focus()
    }
  })
})
