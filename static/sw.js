// 没有网络时打开存下的页面和样式。STATIC、HELPER、ASSETS 由服务器写在前面。
importScripts(HELPER)

self.oninstall = event => event.waitUntil(caches.open(STATIC).then(cache => cache.addAll(ASSETS)).then(() => self.skipWaiting()))
self.onactivate = event => event.waitUntil(offline.forget("static-", STATIC).then(() => self.clients.claim()))
self.onsync = event => event.waitUntil(offline.flush())

// kept anew when its own person opens it, never another's
const renew = async (request, answer) => {
  const own = `pages-${(await answer.clone().text()).match(/name="offline-user" content="(\d+)"/)?.[1]}`
  if (await caches.has(own) && await caches.match(request, { cacheName: own })) await (await caches.open(own)).put(request, answer)
}

self.onfetch = event => {
  const { request } = event, { origin, pathname } = new URL(request.url), page = request.mode === "navigate"
  if (origin !== location.origin || !(page || /^\/(static|files)\//.test(pathname))) return
  event.respondWith((async () => {
    try {
      const answer = await fetch(request)
      if (page && answer.ok) event.waitUntil(renew(request, answer.clone()))
      return answer
    } catch {
      return await caches.match(request) || page && (await caches.match(request, { ignoreSearch: true }) || await caches.match("/offline/away/")) || Response.error()
    }
  })())
}
