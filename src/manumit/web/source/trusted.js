// Trusted Types: text becomes markup only here. Scripts come from our own built files or not at all;
// in-line scripts and handlers inside markup are refused by the content policy in any case.
if (window.trustedTypes && window.trustedTypes.createPolicy) {
  window.trustedTypes.createPolicy('default', {
    createHTML: text => text,
    createScriptURL: text => {
      const url = new URL(text, document.baseURI)
      if (url.origin === location.origin && url.pathname.startsWith('/static/build/')) return text
      throw new TypeError('script from elsewhere')
    }
  })
}
