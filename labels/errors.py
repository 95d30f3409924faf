"""What is wrong with a label, before it is printed."""

from ledger.errors import LedgerError


class LabelError(LedgerError):
    """A label that would not be read, or a sheet or job that does not fit.

    Codes: label.module (modules too small), label.quiet (something stands in the quiet zone), label.contrast,
    label.text (letters too small), label.outside (something reaches over the edge), label.too_small (the size does not
    hold what it must), label.mark (a mark that is no SVG or PNG), label.layout, label.size, label.dpi,
    label.calibration, label.range, label.roll_design, label.job (another job's directory).
    """

    default_code = "label.module"
