"""Addresses of the pages that span contexts."""

from django.urls import path

from weft.web.pages import access, city, history

urlpatterns = [
    path("city/", city.city, name="city"),
    path("city/areas.json", city.areas, name="city-areas"),
    path("city/map.json", city.map_data, name="city-map"),
    path("city/days.json", city.days, name="city-days"),
    path("city/series/<int:datastream_id>.json", city.series, name="series"),
    path("things/<int:thing_id>/", city.thing, name="thing"),
    path("alerts/<int:alert_id>/", city.alert, name="alert"),
    path("cases/<int:case_id>/subject/", city.subject, name="case-subject"),
    path("history/<slug:object_type>/<str:object_id>/", history.object_history, name="history"),
    path("api/", access.developers, name="developers"),
    path("search", history.search, name="search"),
    path("start/", access.start, name="start"),
    path("sign-in/", access.sign_in, name="sign-in"),
    path("sign-in/", access.sign_in, name="account_login"),
    path("sign-out/", access.sign_out, name="sign-out"),
    path("sign-out/", access.sign_out, name="account_logout"),
    path("password/", access.change_password, name="password"),
    path("password/", access.change_password, name="account_change_password"),
    path("language/", access.choose_language, name="set_language"),
]
