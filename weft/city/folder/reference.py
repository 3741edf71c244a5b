"""The reference of the city folder in the docs, written from the sets themselves."""

from pathlib import Path

from weft.city.folder.spec import KINDS, Column, SetSpec, all_sets

BEGIN = "<!-- sets: written by `python tools/write_city_folder_docs.py`, do not edit below -->"
END = "<!-- sets: end -->"
PAGE = Path("docs/city-folder.md")


def as_markdown() -> str:
    """Every set with its columns, in the order in which they are loaded."""
    return "\n\n".join(set_as_markdown(spec) for spec in all_sets())


def set_as_markdown(spec: SetSpec) -> str:
    """One set: what it is, its key, its columns."""
    lines = [f"### {spec.name}", "", place(spec), "", spec.says]
    if spec.key:
        lines += ["", f"Key: {', '.join(f'`{name}`' for name in spec.key)}."]
    lines += ["", "| column | value | needed | what it says |", "| --- | --- | --- | --- |"]
    lines += [column_as_markdown(column) for column in spec.columns]
    return "\n".join(lines)


def place(spec: SetSpec) -> str:
    """Where the set stands in the folder."""
    needed = "needed" if spec.required else "may be left out"
    match spec.form:
        case "toml":
            return f"`city.toml`, {needed}"
        case "geojson":
            return f"GeoJSON files, {needed}"
        case "files":
            return f"`{spec.name}/*{spec.suffix}`, {needed}"
        case _:
            return (
                f"`{spec.name}.csv`, `{spec.name}.parquet` or a folder `{spec.name}/` of such files, {needed}"
            )


def column_as_markdown(column: Column) -> str:
    """One line of the table."""
    return f"| `{column.name}` | {value_of(column)} | {'yes' if column.required else ''} | {column.says} |"


def value_of(column: Column) -> str:
    """What a value may be."""
    allowed = column.allowed()
    words = KINDS[column.kind]
    if column.refers_to:
        words = f"a key of {column.refers_to}"
    elif allowed:
        words = ("some of " if column.kind == "codes" else "") + ", ".join(f"`{value}`" for value in allowed)
    if column.low is not None and column.high is not None:
        words += f" from {column.low:g} to {column.high:g}"
    return words


def with_reference(page: str) -> str:
    """The page with its reference written anew."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{as_markdown()}\n\n{END}{after}"
