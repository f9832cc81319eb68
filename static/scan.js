// 扫一扫：浏览器自己会认二维码时，对准就打开；不会就拍照、打编码。
(async () => {
  const box = document.querySelector("[data-scan]")
  const video = box?.querySelector("video"), said = box?.querySelector("[data-scan-said]"), form = document.querySelector("[data-scan-code]")
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices) return
  const formats = await BarcodeDetector.getSupportedFormats()
  if (!formats.includes("qr_code")) return
  const detector = new BarcodeDetector({ formats: ["qr_code"] })
  box.hidden = false
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } })
    await video.play()
  } catch {
    said.textContent = "摄像头打不开。可以拍一张照片，或者打编码。"
    return
  }
  said.textContent = "离近一点，对正就会打开"
  const stop = () => video.srcObject?.getTracks().forEach(track => track.stop())
  window.addEventListener("pagehide", stop)
  const look = async () => {
    const [found] = await detector.detect(video).catch(() => [])
    if (!found) return setTimeout(look, 200)
    stop()
    form.querySelector("[name=code]").value = found.rawValue
    form.requestSubmit()
  }
  look()
})()
