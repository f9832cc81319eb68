"""Scanning inside the site: a photo on any phone, the camera where the browser reads codes itself (GEN-07)."""

import io
import re

import pytest
import segno
from django.utils import timezone
from playwright.sync_api import expect

from logistics.platform.labels.models import BlankLabel
from logistics.platform.labels.rules import print_blank_labels

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("GEN-07")]

# The test's browser has neither a camera nor a detector, so it gets the smallest ones that behave as the standard says.
CAMERA = """
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 })
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, Math.random() * 64, 64), 50)
  return canvas.captureStream(10)
}
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"] }
  async detect() { this.looks = (this.looks || 0) + 1; return this.looks > 2 ? [{ rawValue: "CODE" }] : [] }
}
"""


def picture(text: str) -> dict:
    held = io.BytesIO()
    segno.make(text, micro=False).save(held, kind="png", scale=8, border=6)
    return {"name": "标签.png", "mimeType": "image/png", "buffer": held.getvalue()}


def test_a_photo_taken_on_a_phone_opens_the_place(windows, cast, rooms):
    page = windows.open(cast.teacher, "phone")
    page.goto("/scan/")
    page.get_by_label("标签的照片").set_input_files(picture("https://pay.example/abc"))
    page.get_by_role("button", name="认照片").click()
    expect(page.locator(".err").first).to_contain_text("不是学校的标签")
    page.get_by_label("标签的照片").set_input_files(picture("https://school.example/q/R305/"))
    page.get_by_role("button", name="认照片").click()
    expect(page).to_have_url(re.compile(r"/q/R305/$"))
    expect(page.locator(".doors .first")).to_contain_text("报修")


def test_a_blank_label_is_bound_on_the_spot(windows, cast, rooms):
    label = print_blank_labels(actor=cast.director, at=timezone.now(), count=1)[0]
    page = windows.open(cast.keeper, "phone")
    page.goto("/scan/")
    page.get_by_label("编码").fill(label.code.lower())
    page.get_by_role("button", name="打开").click()
    page.get_by_label("贴在哪类东西上").get_by_role("link", name="地点").click()
    page.get_by_label("贴在哪里").fill("教学楼A座 305")
    page.get_by_role("button", name="绑定").click()
    expect(page.locator("main")).to_contain_text("教学楼A座 3层 305教室")
    assert BlankLabel.objects.get().record_id == rooms.room.pk


def test_the_camera_opens_what_it_sees(windows, cast, rooms, size):
    page = windows.open(cast.plumber, size)
    page.add_init_script(CAMERA.replace("CODE", "https://school.example/q/R305/"))
    page.goto("/scan/")
    expect(page.locator(".doors .first")).to_contain_text("这里在修的")


def test_a_camera_that_is_refused_leaves_the_photo(windows, cast, size):
    page = windows.open(cast.teacher, size)
    page.add_init_script(CAMERA + 'navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError") }')
    page.goto("/scan/")
    expect(page.locator("[data-scan-said]")).to_contain_text("可以拍一张照片")
    expect(page.get_by_label("标签的照片")).to_be_visible()
