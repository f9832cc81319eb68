// 照片：预览、上传前缩小、去掉；签名：用手指或鼠标写。没有它，照片照样能传，签名可以输入姓名。
(() => {
  const EDGE = 1920
  const chosen = new WeakMap()

  // a photo the browser cannot read goes up as it is, and the server says what is wrong with it
  const shrink = async file => {
    try {
      const image = await createImageBitmap(file)
      const scale = Math.min(1, EDGE / Math.max(image.width, image.height))
      if (scale === 1 && file.size < 1e6) return file
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * scale), height: Math.round(image.height * scale) })
      const pen = canvas.getContext("2d")
      pen.fillStyle = "#fff"
      pen.fillRect(0, 0, canvas.width, canvas.height)
      pen.drawImage(image, 0, 0, canvas.width, canvas.height)
      const blob = await new Promise(done => canvas.toBlob(done, "image/jpeg", .85))
      return blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file
    } catch { return file }
  }

  // the album's input carries all files; the camera's is emptied, so that nothing goes up twice
  const carry = box => {
    const [input, ...others] = [...box.querySelectorAll("input[type=file]")].reverse()
    const basket = new DataTransfer()
    for (const photo of chosen.get(box)) basket.items.add(photo.file)
    input.files = basket.files
    others.forEach(other => { other.value = "" })
  }

  const show = (box, photo) => {
    const figure = Object.assign(document.createElement("figure"), { className: "pic" })
    const image = Object.assign(document.createElement("img"), { src: URL.createObjectURL(photo.file), alt: photo.file.name })
    const off = Object.assign(document.createElement("button"), { type: "button", className: "off", textContent: "×", ariaLabel: `去掉 ${photo.file.name}` })
    off.addEventListener("click", () => {
      chosen.get(box).splice(chosen.get(box).indexOf(photo), 1)
      URL.revokeObjectURL(image.src)
      figure.remove()
      carry(box)
    })
    figure.append(image, off)
    box.querySelector(".pic.add").before(figure)
  }

  document.addEventListener("change", event => {
    const box = event.target.closest("[data-photos]")
    if (!box || event.target.type !== "file") return
    if (!chosen.has(box)) chosen.set(box, [])
    const free = box.dataset.most - chosen.get(box).length - box.querySelectorAll("[type=checkbox]:checked").length
    const files = [...event.target.files]
    box.querySelector("[data-photos-note]").textContent = files.length > free ? `最多 ${box.dataset.most} 张，多出的没有放进来。` : `最多 ${box.dataset.most} 张。`
    for (const file of files.slice(0, Math.max(0, free))) {
      const photo = { file }
      chosen.get(box).push(photo)
      show(box, photo)
      shrink(file).then(small => { photo.file = small; if (chosen.get(box).includes(photo)) carry(box) })
    }
    carry(box)
  })
})()
