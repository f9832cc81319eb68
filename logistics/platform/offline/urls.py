from .pages import offline_urls

app_name = "offline"
urlpatterns = offline_urls()
