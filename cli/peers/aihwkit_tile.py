"""AIHWKIT's inference tile: the C++ tile itself, without its Python wrapper, on one thread."""

import warnings

warnings.filterwarnings("ignore")

import aihwkit
import torch
from aihwkit.nn import AnalogLinear
from aihwkit.simulator.parameters.enums import WeightNoiseType
from aihwkit.simulator.presets import StandardHWATrainingPreset
from serve import serve

torch.set_num_threads(1)
torch.manual_seed(1)


def load(rows, k, n, kernel):
    """`aihwkit`: the preset as it is. `aihwkit-constant`: DAC, constant noise and ADC of the preset alone."""
    config = StandardHWATrainingPreset()
    config.mapping.max_input_size = 0
    if kernel == "aihwkit-constant":
        config.forward.w_noise = 0.0
        config.forward.w_noise_type = WeightNoiseType.NONE
        config.forward.ir_drop = 0.0
    layer = AnalogLinear(k, n, bias=False, rpu_config=config)
    layer.eval()
    layer.program_analog_weights()
    tile = next(layer.analog_tiles()).tile
    # Activations over the learned input range, as the wrapper would hand them over.
    x = (torch.randn(rows, k) / 3).clamp(-1, 1)

    def call():
        # bias, transposed input, transposed output, is_test, non_blocking
        return tile.forward(x, False, False, False, True, True)

    noise = "no weight noise, no IR drop" if kernel == "aihwkit-constant" else "w_noise 0.0175 PCM_READ, ir_drop 1"
    with torch.no_grad():
        if call().shape != (rows, n):
            raise RuntimeError("the tile's outputs have another shape")
    # The layer owns the tile's weights.
    call.layer = layer
    return call, f"C++ tile of StandardHWATrainingPreset, {noise}"


with torch.no_grad():
    serve(f"aihwkit {aihwkit.__version__}, torch {torch.__version__}", load)
