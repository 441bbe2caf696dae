"""Outputs of AIHWKIT for the cases of a plan: `python3 aihwkit_outputs.py DIRECTORY`.

DIRECTORY holds plan.json, `MATRIX.w` (n x k) and `MATRIX.x` (rows x k), float32. Each case is programmed once for every
seed and read at every age; `y` of a reading goes to `CASE.MATRIX.AGE.COMPENSATION.SEED.y`, rows x n float32. Ages for
which AIHWKIT has no model are left out; versions and reasons go to the standard output as JSON.
"""

import json
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

import aihwkit
import numpy
import torch
from aihwkit.exceptions import ArgumentError
from aihwkit.inference import (
    GlobalDriftCompensation,
    PCMLikeNoiseModel,
    ReRamCMONoiseModel,
    ReRamWan2022NoiseModel,
    SinglePairConductanceConverter,
)
from aihwkit.inference.noise.hermes import HermesNoiseModel
from aihwkit.nn import AnalogLinearMapped
from aihwkit.simulator.parameters.enums import BoundManagementType, NoiseManagementType, WeightNoiseType
from aihwkit.simulator.presets import StandardHWATrainingPreset

torch.set_num_threads(1)

class ScaleOfTargets(SinglePairConductanceConverter):
    """Weight 1 is g_max at every conversion; AIHWKIT's own takes the largest weight, which programming has moved."""

    def convert_to_conductances(self, weights):
        scaled = weights * self.g_max
        return [scaled.clamp(min=0.0), (-scaled).clamp(min=0.0)], {"scale_ratio": self.g_max}


NOISE_MODELS = {
    "pcm": lambda: PCMLikeNoiseModel(g_max=25.0),
    "pcm-scale-of-targets": lambda: PCMLikeNoiseModel(g_converter=ScaleOfTargets(g_max=25.0)),
    "hermes": lambda: HermesNoiseModel(num_devices=2),
    "wan": lambda: ReRamWan2022NoiseModel(g_max=40.0),
    "wan-scale-of-targets": lambda: ReRamWan2022NoiseModel(g_converter=ScaleOfTargets(g_max=40.0)),
    "cmo": lambda: ReRamCMONoiseModel(acceptance_range=2),
}


def config_of(case, compensated):
    """The standard preset, its converters, noise and tile replaced by those of the case."""
    config = StandardHWATrainingPreset()
    config.noise_model = NOISE_MODELS[case["noise_model"]]()
    config.drift_compensation = GlobalDriftCompensation() if compensated else None
    config.mapping.max_input_size = case["tile_rows"]
    config.mapping.max_output_size = case["tile_columns"]
    config.mapping.digital_bias = False
    forward = config.forward
    forward.inp_res = 2.0 ** case["input_bits"] - 2
    forward.out_res = 2.0 ** case["adc_bits"] - 2
    forward.out_bound = case["adc_bound"]
    forward.out_noise = case["output_noise"]
    forward.w_noise = case["read_noise"]
    forward.w_noise_type = WeightNoiseType.PCM_READ if case["read_noise"] > 0 else WeightNoiseType.NONE
    forward.ir_drop = case["ir_drop"]
    forward.bound_management = BoundManagementType.NONE
    forward.noise_management = NoiseManagementType.CONSTANT
    config.pre_post.input_range.init_value = case["input_range"]
    config.pre_post.input_range.init_from_data = 0
    return config


def outputs(case, weights, x, ages, compensated, seed):
    """Yields (age, y or the reason why there is none)."""
    torch.manual_seed(seed)
    n, k = weights.shape
    layer = AnalogLinearMapped(k, n, bias=False, rpu_config=config_of(case, compensated))
    layer.set_weights(weights)
    layer.eval()
    layer.program_analog_weights()
    for age in ages:
        try:
            # At age 0, too: the read noise of the statistical models is drawn here.
            layer.drift_analog_weights(age)
            yield age, layer(x).numpy().astype("<f4")
        except ArgumentError as error:
            yield age, str(error).splitlines()[0]


def main(directory):
    plan = json.loads((directory / "plan.json").read_text())
    missing = set()
    for name, shape in plan["matrices"].items():
        weights = torch.from_numpy(numpy.fromfile(directory / f"{name}.w", "<f4").reshape(shape["n"], shape["k"]))
        x = torch.from_numpy(numpy.fromfile(directory / f"{name}.x", "<f4").reshape(plan["rows"], shape["k"]))
        for case in plan["cases"]:
            for compensation in case["compensations"]:
                for seed in range(plan["seeds"]):
                    readings = outputs(case, weights, x, case["ages"], compensation == "global", 1000 + seed)
                    for age, y in readings:
                        if isinstance(y, str):
                            missing.add((case["name"], age, y))
                        else:
                            y.tofile(directory / f"{case['name']}.{name}.{age}.{compensation}.{seed}.y")
            print(f"{name}: {case['name']}", file=sys.stderr, flush=True)
    print(
        json.dumps(
            {
                "aihwkit": aihwkit.__version__,
                "torch": torch.__version__,
                "missing": [{"case": case, "age": age, "reason": reason} for case, age, reason in sorted(missing)],
            }
        )
    )


with torch.no_grad():
    main(Path(sys.argv[1]))
