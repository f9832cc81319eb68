from .pages import rulebook_urls

app_name = "rulebook"
urlpatterns = rulebook_urls()
