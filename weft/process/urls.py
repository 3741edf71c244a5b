"""Addresses of tasks and cases."""

from django.urls import path

from weft.process import pages

urlpatterns = [
    path("tasks/", pages.inbox, name="tasks"),
    path("tasks/<int:task_id>/", pages.task, name="task"),
    path("cases/<int:case_id>/", pages.case, name="case"),
]
