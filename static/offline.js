// 没有网络时单子先存在手机里，有网了按顺序送出，每条只送到一次。sw.js 也用它。
const MOST_TRIES = 4, LIVE = 2e4, offline = {
  store: (act, ...given) => new Promise((good, bad) => {
    const base = indexedDB.open("offline")
    base.onerror = bad
    base.onupgradeneeded = () => base.result.createObjectStore("queue", { keyPath: "n", autoIncrement: true })
    base.onsuccess = () => {
      const deal = base.result.transaction("queue", "readwrite", { durability: "strict" }), asked = deal.objectStore("queue")[act](...given)
      deal.oncomplete = () => good(asked.result)
      deal.onabort = bad
      base.result.close()
    }
  }),

  // one sender at a time; a copy goes only after the server has it; what it cannot take stays and holds up its own record only;
  // the writer of `live` looks on and waits for his turn, others leave his form to him for a while
  flush: live => navigator.locks.request("offline", live ? { signal: AbortSignal.timeout(LIVE) } : { ifAvailable: true }, async lock => {
    if (!lock) throw 0
    const who = await (await fetch("/offline/state/")).json(), went = [], held = new Set()
    let wait = 0
    for (const entry of await offline.store("getAll")) {
      if (entry.user !== who.user || held.has(entry.on)) continue
      if (entry.id !== live && entry.live > Date.now() - LIVE) {
        held.add(entry.on || 0)
        wait = LIVE
        continue
      }
      const body = new FormData()
      for (const [name, value] of entry.fields) body.append(name, value)
      body.set("csrfmiddlewaretoken", who.token)
      body.set("offline_tries", entry.tries || 0)
      if (entry.id === live) body.set("offline_live", 1)
      const answer = await fetch("/offline/send/", { method: "POST", body, signal: AbortSignal.timeout(6e4) }).catch(error => {
        if (error.name !== "TimeoutError") throw error
        return Response.error()
      })
      const said = await answer.json().catch(() => ({}))
      if (said.kept !== entry.id) {
        if ([401, 403].includes(answer.status)) throw 0
        entry.tries = (entry.tries || 0) + 1
        await offline.store("put", entry)
        if (entry.tries < MOST_TRIES) throw 0
        held.add(entry.on || 0)
        wait ||= 3e5
        continue
      }
      await offline.store("delete", entry.n)
      went.push(said)
    }
    return { ...who, went, wait }
  }),

  async forget(start, own) {
    for (const name of await caches.keys()) if (name.startsWith(start) && name !== own) await caches.delete(name)
  },
}

if (self.document && navigator.locks && navigator.serviceWorker) (() => {
  const each = (words, work, inside = document) => inside.querySelectorAll(words).forEach(work)
  const one = (words, inside = document) => inside.querySelector(words), meta = one("[name=offline-user]"), me = meta?.content
  let tries = 0, failed = 0, timer, ended

  const show = async () => {
    const all = await offline.store("getAll"), mine = all.filter(entry => entry.user === me), n = mine.length
    each("[data-offline-badge]", badge => {
      [badge.className, badge.textContent] = n ? ["st wait", `${n} 条待送`] : navigator.onLine ? ["st done", "都已送出"] : ["st void", "没有网络"]
    })
    each("[data-offline-waits]", box => {
      const on = box.dataset.offlineWaits, own = mine.filter(entry => !on || entry.on === on), has = key => own.some(entry => entry.key === key)
      box.hidden = !own[0]
      one("p", box).textContent = own.map(entry => `${new Date(entry.claimed).toTimeString().slice(0, 5)} ${entry.label}`).join("；")
      each("a", link => { link.hidden = has(link.dataset.next) || !has(link.dataset.after) }, box)
      each("form[data-offline]", form => {
        form.hidden = has(form.dataset.offline)
        if (form.id) each(`[form=${form.id}]`, button => { button.hidden = form.hidden })
      })
    })
    const others = all.filter(entry => entry.user !== me).map(entry => entry.name)
    const stuck = mine.filter(entry => entry.tries >= MOST_TRIES).length
    const notes = { failed: failed && `${failed} 条`, stuck: stuck && `${stuck} 条`, login: ended && n && `${n} 条`, others: others[0] && `${[...new Set(others)].join("、")}有 ${others.length} 条` }
    each("[data-offline-note]", box => {
      const words = notes[box.dataset.offlineNote]
      box.hidden = !words
      one("b", box).textContent = words
    })
  }

  const flush = async () => {
    clearTimeout(timer)
    try {
      const { user, pages, went, wait } = await offline.flush()
      ended = user !== me
      failed += went.filter(said => said.state !== "done").length
      if (went[0] && !failed && !one("main form[enctype]:not([hidden]), :focus:is(input, textarea)")) return location.reload()
      await show()
      if (!ended) await keep(Object.fromEntries(pages))
      tries = 0
      if (wait) timer = setTimeout(flush, wait)
    } catch { timer = setTimeout(flush, Math.min(500 * 2 ** tries++, 3e5)) }
    show()
  }

  const keep = async fresh => {
    const own = `pages-${me}`, cache = await caches.open(own), old = JSON.parse(localStorage[own] || "{}")
    await offline.forget("pages-", own)
    for (const url in fresh) if (old[url] !== fresh[url] || !await cache.match(url)) {
      const answer = await fetch(url), text = await answer.clone().text()
      // somebody else may have signed in meanwhile
      if (!answer.ok || answer.redirected || !text.includes(`name="offline-user" content="${me}"`)) { delete fresh[url]; continue }
      for (const [, photo] of text.matchAll(/src="(\/files\/[^"]+)/g)) await cache.add(photo).catch(() => {})
      await cache.put(url, answer)
    }
    for (const url in old) if (!fresh[url]) await cache.delete(url)
    if (localStorage[own] !== JSON.stringify(fresh)) {
      const texts = await Promise.all(Object.keys(fresh).map(async url => (await cache.match(url))?.text()))
      const unused = photo => photo.startsWith("/files/") && !texts.some(text => text?.includes(photo))
      for (const { url } of await cache.keys()) if (unused(new URL(url).pathname)) await cache.delete(url)
    }
    localStorage[own] = JSON.stringify(fresh)
  }

  document.addEventListener("submit", async event => {
    const form = event.target, key = form.dataset.offline
    if (!key || !me || event.defaultPrevented) return
    event.preventDefault()
    document.documentElement.dataset.sending = ""
    const { back, ...given } = JSON.parse(form.dataset.about), data = new FormData(form, event.submitter), id = crypto.randomUUID()
    const about = { ...given, id, key, claimed: Date.now(), user: me, url: new URL(form.action).pathname }
    for (const name in about) data.set("offline_" + name, about[name])
    const fields = [...data].filter(([, value]) => value.size !== 0)
    let n
    try { n = await offline.store("put", { ...about, name: meta.dataset.name, fields, live: navigator.onLine && Date.now() }) } catch { return form.submit() } // no room in this phone
    const { went } = await offline.flush(id).catch(() => ({})), said = went?.find(answer => answer.kept === id), left = !said && await offline.store("get", n)
    if (left?.live) await offline.store("put", { ...left, live: 0 })
    if (said?.state === "wrong") return form.submit() // for the page to say why
    navigator.serviceWorker.ready.then(worker => worker.sync?.register("offline")).catch(() => {})
    location.assign(said?.go || back)
  })

  if (me) {
    self.ononline = self.onoffline = () => { tries = 0; flush() }
    navigator.serviceWorker.register("/sw.js")
    navigator.storage.persist?.()
    flush()
  } else show()
  if (one("[name=password]")) offline.forget("pages-")
})()
