"""Import this before torchvision if its compiled operators do not match the installed torch.

PyPI's torchvision is built for the CUDA build of torch. With a CPU build its library does not load, and the import fails
with `torchvision::nms does not exist`. Declaring the operators is enough for models and transforms, which use none of
them.
"""

import importlib.util
from pathlib import Path

import torch

OPERATORS = ("nms", "qnms", "roi_align", "_roi_align_backward", "qroi_align", "ps_roi_align", "_ps_roi_align_backward",
             "roi_pool", "_roi_pool_backward", "ps_roi_pool", "_ps_roi_pool_backward", "deform_conv2d",
             "_deform_conv2d_backward")

try:
    torch.ops.load_library(Path(importlib.util.find_spec("torchvision").origin).with_name("_C.so"))
except OSError:
    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in OPERATORS:
        library.define(f"{operator}(Tensor input) -> Tensor")
