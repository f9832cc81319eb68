// Text whose contrast against what lies behind it is below WCAG AA: 4.5, or 3 for large letters.
() => {
  const parse = colour => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number)
    return colour.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a]
  }
  const over = (top, under) => [0, 1, 2].map(n => top[n] * top[3] + under[n] * (1 - top[3])).concat(1)
  const light = colour => {
    const [r, g, b] = colour.slice(0, 3).map(part => (part /= 255) <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4)
    return .2126 * r + .7152 * g + .0722 * b
  }
  const behind = element => {
    const layers = []
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.backgroundImage !== "none" && at !== document.documentElement) return null // a picture: looked at by people
      layers.push(parse(style.backgroundColor))
      if (layers.at(-1)[3] === 1) break
    }
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1])
  }
  const poor = []
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    const words = texts.currentNode.textContent.trim()
    if (!words || element.closest("svg, script, style, noscript, option, [hidden]") || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
    const style = getComputedStyle(element), back = behind(element)
    if (!back) continue
    const [one, two] = [light(over(parse(style.color), back)), light(back)].sort((a, b) => b - a)
    const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && style.fontWeight >= 600
    const ratio = (one + .05) / (two + .05)
    if (ratio < (large ? 3 : 4.5)) poor.push(`${words.slice(0, 20)} ${ratio.toFixed(2)} ${element.className}`)
  }
  return poor
}
