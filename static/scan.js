// 扫一扫：浏览器自己会认二维码时，对准就打开；不会就拍照、打编码。盘点时（data-tally）认出一个记一个。
(async () => {
  const box = document.querySelector("[data-scan]")
  const video = box?.querySelector("video"), said = box?.querySelector("[data-scan-said]"), form = document.querySelector("[data-scan-code]")
  const tally = document.querySelector("[data-tally]"), list = document.querySelector("[name=codes]")
  const note = text => {
    const code = (/\/q\/([^/?#]+)/.exec(text)?.[1] || text).trim().toUpperCase(), line = code && document.querySelector(`[data-code~="${CSS.escape(code)}"]`)
    if (line) line.type === "checkbox" ? line.checked = true : line.focus()
    else if (code && list && !list.value.split("\n").includes(code)) list.value += code + "\n"
    tally.textContent = line ? `${code} 在单上` : list ? `${code} 记在下面` : `${code} 不在单上`
  }
  if (tally) form.onsubmit = event => {
    event.preventDefault()
    note(form.code.value)
    form.reset()
  }
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices) return
  const formats = await BarcodeDetector.getSupportedFormats()
  if (!formats.includes("qr_code")) return
  const detector = new BarcodeDetector({ formats: ["qr_code"] })
  box.hidden = false
  if (tally) await new Promise(go => { box.querySelector("button").onclick = go })
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
    await video.play()
  } catch {
    said.textContent = "摄像头打不开。可以拍一张照片，或者打编码。"
    return
  }
  said.textContent = tally ? "对准标签，认出一个记一个" : "离近一点，对正就会打开"
  const stop = () => video.srcObject?.getTracks().forEach(track => track.stop())
  window.addEventListener("pagehide", stop)
  const look = async () => {
    const [found] = await detector.detect(video).catch(() => [])
    if (found && tally) note(found.rawValue)
    if (!found || tally) return setTimeout(look, 200)
    stop()
    form.querySelector("[name=code]").value = found.rawValue
    form.requestSubmit()
  }
  look()
})()
