(() => {
  document.querySelectorAll("[data-sign]").forEach(box => {
    const pad = box.querySelector(".pad"), canvas = box.querySelector("canvas"), kept = box.querySelector("input[type=hidden]")
    const pen = canvas.getContext("2d")
    const at = event => [event.offsetX * canvas.width / canvas.clientWidth, event.offsetY * canvas.height / canvas.clientHeight]
    const keep = () => { kept.value = canvas.toDataURL("image/png") }
    let writing = false
    Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#111" })
    pad.hidden = false
    box.querySelector("details").open = box.querySelector("[type=text]").value !== ""
    if (kept.value) {
      const image = new Image()
      image.onload = () => pen.drawImage(image, 0, 0)
      image.src = kept.value
    }
    canvas.addEventListener("pointerdown", event => {
      writing = true
      canvas.setPointerCapture(event.pointerId)
      pen.beginPath()
      pen.moveTo(...at(event))
      event.preventDefault()
    })
    canvas.addEventListener("pointermove", event => {
      if (!writing) return
      pen.lineTo(...at(event))
      pen.stroke()
    })
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { if (writing) { writing = false; keep() } })
    box.querySelector("[data-sign-clear]").addEventListener("click", () => {
      pen.clearRect(0, 0, canvas.width, canvas.height)
      kept.value = ""
    })
  })

  document.addEventListener("change", event => {
    if (!event.target.matches("[data-names]")) return
    const names = [...event.target.files].map(file => file.name).join("、")
    event.target.closest("label").querySelector("span").textContent = names || "选文件"
  })
})()
