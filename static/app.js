// 全部脚本：深浅色、批量选择、防重复提交、意见短语、选栏目、地点提示。没有它页面也能用。
(() => {
  const root = document.documentElement

  document.addEventListener("click", event => {
    if (event.target.closest("[data-theme-toggle]")) {
      root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark"
      document.cookie = `theme=${root.dataset.bsTheme}; path=/; max-age=31536000; samesite=lax`
    }
    const phrase = event.target.closest("[data-phrase]")
    if (phrase) {
      const box = document.getElementById(phrase.dataset.phrase)
      box.value = phrase.textContent.trim()
      box.focus()
    }
    const copy = event.target.closest("[data-copy]")
    if (copy) {
      const box = document.getElementById(copy.dataset.copy)
      box.select()
      if (navigator.clipboard) navigator.clipboard.writeText(box.value)
      else document.execCommand("copy") // an address without https
      copy.textContent = "已复制"
    }
    // an open menu made of <details> closes when the click is elsewhere
    document.querySelectorAll("details.cols-pick[open]").forEach(box => { if (!box.contains(event.target)) box.open = false })
  })

  const bulk = document.querySelector(".bulk")
  const boxes = () => document.querySelectorAll("tbody [form=bulk]")
  const showBulk = () => {
    let chosen = 0
    boxes().forEach(box => { chosen += box.checked; box.closest("tr").classList.toggle("sel", box.checked) })
    bulk.hidden = chosen === 0
    bulk.querySelector("[data-chosen]").textContent = chosen
  }
  if (bulk) {
    document.addEventListener("change", event => {
      if (event.target.matches("[data-pick-all]")) boxes().forEach(box => { box.checked = event.target.checked })
      if (event.target.matches("[form=bulk], [data-pick-all]")) showBulk()
    })
    showBulk()
  }

  // a double tap sends a form once; coming back by the browser's arrow frees it again
  document.addEventListener("submit", event => {
    const form = event.target
    if (form.matches("[data-columns]"))
      form.querySelector("[name=cols]").value = [...form.querySelectorAll("input[type=checkbox]:checked")].map(box => box.value).join(",")
    if (form.dataset.once === undefined) return
    if (form.dataset.sent) { event.preventDefault(); return }
    form.dataset.sent = "1"
  })
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach(form => { delete form.dataset.sent }))

  // wide screens show the filters at once, phones fold them
  if (window.matchMedia("(min-width: 768px)").matches) document.querySelectorAll(".more-filters").forEach(box => { box.open = true })
  document.querySelector("[data-focus]")?.focus()

  // suggestions for a field that names a place or a person
  document.querySelectorAll("[data-suggest]").forEach(input => {
    let waiting, list = document.getElementById(input.getAttribute("list"))
    if (!list) {
      list = document.createElement("datalist")
      list.id = input.getAttribute("list")
      input.after(list)
    }
    input.addEventListener("input", () => {
      clearTimeout(waiting)
      waiting = setTimeout(async () => {
        const asked = input.value
        const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(asked)}`)
        if (!answer.ok) return
        const names = await answer.json()
        if (input.value !== asked) return // a slow answer to fewer letters must not replace a newer one
        list.replaceChildren(...names.map(name => Object.assign(document.createElement("option"), { value: name })))
      }, 150)
    })
  })

  // a box of many check boxes shows those whose label holds what is typed
  document.querySelectorAll("[data-narrow]").forEach(input => {
    input.addEventListener("input", () => input.closest("[data-boxes]").querySelectorAll("label").forEach(label => { label.hidden = !label.textContent.includes(input.value.trim()) }))
    input.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault() })
  })

  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.target.matches("input, textarea, select")) return
    event.preventDefault()
    document.querySelector(".find input")?.focus()
  })
})()
