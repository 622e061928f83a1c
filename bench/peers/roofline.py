"""A roofline as SVG: FLOPs per byte against TFLOP/s, both logarithmic, under the roofs of memory and arithmetic."""

import math
from html import escape

from rows import shape_text

PLOT_WIDTH, PLOT_HEIGHT = 760, 480
LEFT, TOP, BOTTOM = 70, 50, 60
LEGEND_X = LEFT + PLOT_WIDTH + 120
LEGEND_WIDTH = 380
LEGEND_STEP = 16
NUMBER_STEP = 11
LABEL_STEP = 13

# Middle tones: they stand out on a white ground and on a dark one.
COLOURS = {"f32": "#2f7ed8", "tf32": "#8a63d2", "tf32x3": "#4aa3a2", "f16": "#c77700", "bf16": "#1f9d55", "f64": "#d1435b"}
OTHER_COLOUR = "#808890"

STYLE = """
svg { font-family: system-ui, sans-serif; font-size: 12px; }
.ground { fill: #ffffff; } text { fill: #1b1f24; } .faint { fill: #59636e; }
.grid { stroke: #e3e6ea; } .axis { stroke: #59636e; fill: none; } .roof { stroke: #1b1f24; stroke-width: 1.5; fill: none; }
@media (prefers-color-scheme: dark) {
  .ground { fill: #14181d; } text { fill: #e8ebee; } .faint { fill: #a0a8b2; }
  .grid { stroke: #2a3038; } .axis { stroke: #a0a8b2; } .roof { stroke: #e8ebee; }
}
"""


class Scale:
    """Places values of whole powers of ten between two pixels."""

    def __init__(self, values, first_pixel, last_pixel):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self._first, self._last = first_pixel, last_pixel

    def place(self, value):
        return self._first + (math.log10(value) - self.low) / (self.high - self.low) * (self._last - self._first)

    @property
    def powers(self):
        return range(self.low, self.high + 1)


def draw(name, rows, roofs):
    """The whole document. A row without FLOPs, such as a copy, has no place in it; the legend says so."""
    points = [row for row in rows if row.flops > 0 and row.bytes > 0 and row.milliseconds > 0]
    left_out = len(rows) - len(points)
    height = TOP + max(PLOT_HEIGHT, LEGEND_STEP * (len(points) + 2)) + BOTTOM
    width = LEGEND_X + LEGEND_WIDTH
    body = [text(LEFT, 28, f"Roofline of {name}", "font-size='16'")]
    if points:
        x, y = scales(points, roofs)
        body += grid(x, y) + roof_lines(x, y, roofs) + [mark for group in marks(points, x, y) for mark in group] + legend(points)
    else:
        body.append(text(LEFT, TOP + 20, "no row has FLOPs"))
    if left_out:
        body.append(text(LEGEND_X, TOP + LEGEND_STEP * (len(points) + 1), f"{left_out} rows do no FLOPs and have no place here", "class='faint'"))
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' role='img'>"
    title = f"<title>{escape(f'Roofline of {name}')}</title>"
    return "\n".join([head, title, f"<style>{STYLE}</style>", f"<rect class='ground' width='{width}' height='{height}'/>", *body, "</svg>"]) + "\n"


def intensity(row):
    return row.flops / row.bytes


def teraflops(row):
    return row.flops / row.milliseconds / 1e9


def scales(points, roofs):
    """Room for all points, the roofs, and where the memory's roof meets the highest of arithmetic."""
    xs, ys = [intensity(row) for row in points], [teraflops(row) for row in points]
    ys += roofs.teraflops_per_second.values()
    if roofs.gigabytes_per_second:
        xs += [value * 1e3 / roofs.gigabytes_per_second for value in roofs.teraflops_per_second.values()]
    return Scale(xs, LEFT, LEFT + PLOT_WIDTH), Scale(ys, TOP + PLOT_HEIGHT, TOP)


def grid(x, y):
    bottom, right = TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH
    lines = []
    for power in x.powers:
        at = x.place(10.0**power)
        lines += [line(at, TOP, at, bottom, "grid"), text(at, bottom + 18, power_text(power), "class='faint' text-anchor='middle'")]
    for power in y.powers:
        at = y.place(10.0**power)
        lines += [line(LEFT, at, right, at, "grid"), text(LEFT - 8, at + 4, power_text(power), "class='faint' text-anchor='end'")]
    lines.append(f"<path class='axis' d='M{LEFT} {TOP}V{bottom}H{right}'/>")
    lines.append(text(LEFT + PLOT_WIDTH / 2, bottom + 42, "FLOP/byte", "text-anchor='middle'"))
    lines.append(text(18, TOP + PLOT_HEIGHT / 2, "TFLOP/s", f"text-anchor='middle' transform='rotate(-90 18 {TOP + PLOT_HEIGHT / 2})'"))
    return lines


def roof_lines(x, y, roofs):
    """The slope of the memory, up to the highest roof or the edge, and each type's roof from where it meets the slope."""
    start, end = 10.0**x.low, 10.0**x.high
    slope = (roofs.gigabytes_per_second or 0) / 1e3
    lines = []
    if slope:
        first = max(start, 10.0**y.low / slope)
        last = min(end, max(roofs.teraflops_per_second.values(), default=10.0**y.high) / slope)
        if first < last:
            lines.append(line(x.place(first), y.place(first * slope), x.place(last), y.place(last * slope), "roof"))
            middle = math.sqrt(first * last)
            lines.append(text(x.place(middle) - 8, y.place(middle * slope) - 8, f"{roofs.gigabytes_per_second:.4g} GB/s", "text-anchor='end'"))
    lowest_label = -math.inf
    for kind, value in sorted(roofs.teraflops_per_second.items(), key=lambda roof: -roof[1]):
        first = max(start, value / slope) if slope else start
        at = y.place(value)
        lines.append(line(x.place(first), at, x.place(end), at, "roof"))
        # Roofs may lie closer together than their names are high.
        lowest_label = max(at + 4, lowest_label + LABEL_STEP)
        lines.append(text(LEFT + PLOT_WIDTH + 6, lowest_label, f"{kind} {value:.4g}"))
    return lines


def marks(points, x, y):
    """A dot and the legend's number for each row; numbers move down, away from the memory's roof, until none covers another."""
    taken = []
    for index, row in enumerate(points, 1):
        across, down = x.place(intensity(row)), y.place(teraflops(row))
        level = down + 8
        while any(abs(across - other_x) < 18 and abs(level - other_y) < NUMBER_STEP for other_x, other_y in taken):
            level += NUMBER_STEP
        taken.append((across, level))
        tip = f"<title>{escape(f'{label(row)}: {teraflops(row):.4g} TFLOP/s at {intensity(row):.3g} FLOP/byte')}</title>"
        yield [
            f"<circle cx='{across:.1f}' cy='{down:.1f}' r='4' fill='{colour(row)}'>{tip}</circle>",
            text(across + 6, level + 4, str(index), "font-size='10'"),
        ]


def legend(points):
    lines = []
    for index, row in enumerate(points, 1):
        at = TOP + LEGEND_STEP * (index - 1)
        lines.append(f"<circle cx='{LEGEND_X - 10}' cy='{at - 4}' r='4' fill='{colour(row)}'/>")
        lines.append(text(LEGEND_X, at, f"{index}  {label(row)}: {teraflops(row):.4g} TFLOP/s"))
    return lines


def label(row):
    return " ".join(part for part in (row.operation, row.variant, row.type, shape_text(row.shape)) if part)


def colour(row):
    return COLOURS.get(row.unit, OTHER_COLOUR)


def line(x1, y1, x2, y2, kind):
    return f"<line class='{kind}' x1='{x1:.1f}' y1='{y1:.1f}' x2='{x2:.1f}' y2='{y2:.1f}'/>"


def text(x, y, content, attributes=""):
    return f"<text x='{x:.1f}' y='{y:.1f}' {attributes}>{escape(content)}</text>"


def power_text(power):
    return f"{10.0**power:g}"
