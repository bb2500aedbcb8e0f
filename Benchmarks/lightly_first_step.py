"""lightly's SimCLR example (docs.lightly.ai, examples/simclr) on a folder of pictures, up to its first finished step.

    lightly_first_step.py FOLDER SIZE BATCH WORKERS
"""

import pathlib
import sys

reference = pathlib.Path(__file__).resolve().parents[1] / "scripts" / "reference"
sys.path.insert(0, str(reference))
import torch  # noqa: E402
import torchvision_without_operators  # noqa: E402, F401
import torchvision  # noqa: E402
from lightly.data import LightlyDataset  # noqa: E402
from lightly.loss import NTXentLoss  # noqa: E402
from lightly.models.modules import SimCLRProjectionHead  # noqa: E402
from lightly.transforms import SimCLRTransform  # noqa: E402

folder, size, batch, workers = sys.argv[1], *map(int, sys.argv[2:5])
resnet = torchvision.models.resnet18()
backbone = torch.nn.Sequential(*list(resnet.children())[:-1])
head = SimCLRProjectionHead(512, 512, 128)
dataset = LightlyDataset(folder, transform=SimCLRTransform(input_size=size))
loader = torch.utils.data.DataLoader(dataset, batch_size=batch, shuffle=True, drop_last=True, num_workers=workers)
criterion = NTXentLoss()
optimizer = torch.optim.SGD([*backbone.parameters(), *head.parameters()], lr=0.06)
for (first, second), *_ in loader:
    outputs = [head(backbone(view).flatten(start_dim=1)) for view in (first, second)]
    criterion(*outputs).backward()
    optimizer.step()
    break
print("first step done", flush=True)
