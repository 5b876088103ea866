"""Looks into a run's network, now or after a past epoch. What belongs to a past epoch never changes again."""

import asyncio
import time
from functools import partial
from statistics import median
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Query, Response

import nncore

from ..errors import Invalid, NotFound
from ..http.downloads import BulkResponse
from ..lenses import computation, hints, source_lines
from ..lenses.inspection import Inspection
from ..runs.run import Run
from .choices import IMMUTABLE, First, Split
from .deps import InspectionDep, RunDep
from .lens_models import (
    Confusion,
    GradientCheck,
    GradientPrice,
    Hints,
    KeptEpochs,
    Layers,
    Numbers,
    Plane,
    SampleOnItsWay,
    SourceLines,
    Stubborn,
)
from .moments import Moment, MomentDep

router = APIRouter(tags=["lenses"])

BINARY: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}
MANY_EPOCHS = 20  # as many networks as one question may look at
STUBBORN_WORK = 5 * 10**10  # weights times samples, in all of them: some seconds
PRICE_SAMPLES = 50
HINT_SAMPLES = 1000

Number = Annotated[int, Query(ge=0, le=10_000, description="Which test sample, from 0.")]


@router.get("/runs/{run_id}/epochs", response_model=KeptEpochs)
async def list_epochs(run: RunDep, inspection: InspectionDep) -> dict[str, Any]:
    """The epochs that can be looked at: all of a short run, evenly chosen ones of a long run."""
    return {"epochs": await inspection.kept_epochs(run), "newest": run.epoch}


@router.get("/runs/{run_id}/params", response_class=Response, responses=BINARY)
async def read_params(moment: MomentDep) -> Response:
    """Weights and biases as float32: four bytes with the length of a JSON header (little-endian), the header
    (epoch, shape, activation, loss), then w and b of each layer in turn, row by row."""
    body = await asyncio.to_thread(computation.pack_params, moment.params, moment.recipe, moment.epoch)
    return BulkResponse(body, media_type="application/octet-stream", headers=moment.headers)


@router.get("/runs/{run_id}/layers", response_model=Layers)
async def read_layers(
    moment: MomentDep,
    samples: Annotated[int, Query(ge=1, le=10_000)] = 1000,
    bins: Annotated[int, Query(ge=1, le=500)] = 60,
) -> dict[str, Any]:
    """Histograms of w, z, v and delta, widths, saturation and gradient of each layer over test samples."""
    return await moment.once(
        ("layers", samples, bins),
        lambda: computation.layers(moment.params, moment.recipe, moment.test, samples, bins),
    )


@router.get("/runs/{run_id}/sample", response_model=SampleOnItsWay)
async def read_sample(moment: MomentDep, number: Number = 0) -> dict[str, Any]:
    """One test sample on its way through the network and back: v, z, loss and delta of every layer."""
    moment.check(number)
    return await asyncio.to_thread(computation.sample, moment.params, moment.recipe, moment.test, number)


@router.get("/runs/{run_id}/gradient-check", response_model=GradientCheck)
async def read_gradient_check(
    moment: MomentDep,
    layer: Annotated[int, Query(ge=0, le=20)],
    neuron: Annotated[int, Query(ge=0, le=1000)],
    source: Annotated[int | None, Query(ge=0, le=1000, description="Left out: the bias.")] = None,
    number: Number = 0,
) -> dict[str, Any]:
    """The derivative of one sample's loss by one weight or bias: by back-propagation, and by nudging it."""
    moment.check(number)
    if layer >= len(moment.params.w) or neuron >= len(moment.params.b[layer]):
        raise Invalid("There is no such neuron.", field="neuron")
    if source is not None and source >= moment.params.w[layer].shape[1]:
        raise Invalid("The layer has fewer inputs.", field="source")
    index = (neuron,) if source is None else (neuron, source)
    place = nncore.Place("b" if source is None else "w", layer, index)
    return await asyncio.to_thread(
        computation.gradient_check, moment.params, moment.recipe, moment.test, number, place
    )


@router.get("/runs/{run_id}/gradient-price", response_model=GradientPrice)
async def read_gradient_price(moment: MomentDep, response: Response, number: Number = 0) -> dict[str, Any]:
    """What the whole gradient of one sample costs: by back-propagation, and by nudging every parameter."""
    moment.check(number)
    response.headers["Cache-Control"] = "no-store"
    return await asyncio.to_thread(_price, moment, number)


@router.get("/runs/{run_id}/confusion", response_model=Confusion)
async def read_confusion(moment: MomentDep) -> dict[str, Any]:
    """How often each class (row) was taken for each class (column), over the whole test sample."""
    verdict, counts = await moment.verdict()
    return {"counts": counts, "accuracy": verdict.accuracy}


@router.get("/runs/{run_id}/confusion/samples", response_model=Numbers)
async def read_confused_samples(
    moment: MomentDep,
    actual: Annotated[int, Query(ge=0, le=255)],
    predicted: Annotated[int, Query(ge=0, le=255)],
    limit: Annotated[int, Query(ge=1, le=1000)] = 60,
) -> dict[str, Any]:
    """Which test samples of one class were taken for another, or for their own."""
    verdict, _ = await moment.verdict()
    chosen = np.flatnonzero((moment.test.labels == actual) & (verdict.predictions == predicted))
    return {"numbers": chosen[:limit].tolist()}


@router.get("/runs/{run_id}/stubborn", response_model=Stubborn)
async def read_stubborn(
    run: RunDep, inspection: InspectionDep, limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> Any:
    """The test samples that were wrong after most epochs, of at most twenty that are looked at."""
    return await inspection.answers.get(
        (run.id, run.epoch, "stubborn", limit), lambda: _stubborn(run, inspection, limit)
    )


@router.get("/runs/{run_id}/plane", response_model=Plane)
async def read_plane(moment: MomentDep, points: Annotated[int, Query(ge=2, le=200)] = 60) -> dict[str, Any]:
    """The outputs over the plane of two inputs, from 0 to 1 each; only for a network with two inputs."""
    if moment.params.shape[0] != 2:
        raise Invalid("Only a network with two inputs has a plane.", field="run_id", code="no-plane")
    points = max(2, min(points, int(computation.affordable(moment.params, 1, points**2) ** 0.5)))
    grid = await asyncio.to_thread(
        nncore.decision_grid, moment.params, moment.recipe, (0.0, 1.0), (0.0, 1.0), points
    )
    return {"outputs": grid.tolist()}


@router.get("/runs/{run_id}/hints", response_model=Hints)
async def read_hints(run: RunDep, inspection: InspectionDep) -> Any:
    """What the run's curves and its network, as they are after the newest epoch, suggest to try."""
    return await inspection.answers.get(
        (run.id, run.epoch, run.status, run.eta, "hints"), lambda: _hints(run, inspection)
    )


@router.get("/source-lines", response_model=SourceLines)
async def read_source_lines(
    response: Response, activation: str = "sigmoid", loss: str = "quadratic"
) -> dict[str, Any]:
    """The lines of nncore behind each step of back-propagation, from the source that is running."""
    for field, value, known in (
        ("activation", activation, nncore.ACTIVATIONS),
        ("loss", loss, nncore.LOSSES),
    ):
        if value not in known:
            raise Invalid(f"{field} is one of {', '.join(known)}.", field=field)
    return {"lines": source_lines.lines(activation, loss)}


@router.get("/datasets/{name}/inputs", response_class=Response, responses=BINARY)
async def read_inputs(
    name: str,
    inspection: InspectionDep,
    split: Split = "test",
    first: First = 0,
    count: Annotated[int, Query(ge=1, le=2000)] = 1000,
) -> Response:
    """What a network sees of some samples, as little-endian float32, sample after sample."""
    samples = inspection.samples(name, split)
    rows = samples.rows(slice(first, first + count), np.dtype(np.float32))
    return Response(rows.astype("<f4").tobytes(), media_type="application/octet-stream", headers=IMMUTABLE)


@router.get("/datasets/{name}/chosen-images", response_class=Response, responses=BINARY)
async def read_chosen_images(
    name: str,
    inspection: InspectionDep,
    numbers: Annotated[str, Query(max_length=700, pattern=r"^\d{1,5}(,\d{1,5})*$")],
    split: Split = "test",
) -> Response:
    """The pictures of samples named by their numbers (3,17,99), a byte per pixel."""
    samples = inspection.samples(name, split)
    chosen = [int(number) for number in numbers.split(",")]
    if max(chosen) >= len(samples):
        raise NotFound(f"There are {len(samples)} samples.", code="sample-not-found", field="numbers")
    return Response(
        samples.images[chosen].tobytes(), media_type="application/octet-stream", headers=IMMUTABLE
    )


async def _stubborn(run: Run, inspection: Inspection, limit: int) -> dict[str, Any]:
    kept = (await inspection.kept_epochs(run))[1:]
    test = inspection.samples(run.config.dataset, "test")
    first = await inspection.params(run, 0)
    chosen = computation.spread(kept, computation.affordable(first, len(test), MANY_EPOCHS, STUBBORN_WORK))

    async def wrong_after(epoch: int) -> Any:
        verdict, _ = await Moment(run, epoch, await inspection.params(run, epoch), inspection).verdict()
        return verdict.predictions != test.labels

    wrong = [
        await inspection.answers.get((run.id, epoch, "wrong"), partial(wrong_after, epoch))
        for epoch in chosen
    ]
    return {"epochs": chosen, "samples": await asyncio.to_thread(computation.stubborn, wrong, test, limit)}


async def _hints(run: Run, inspection: Inspection) -> dict[str, Any]:
    params, first = await inspection.params(run, None), await inspection.params(run, 0)
    columns = await inspection.series(run)
    test = inspection.samples(run.config.dataset, "test").first(HINT_SAMPLES)

    def look() -> list[hints.Hint]:
        layers = nncore.layer_statistics(first, run.config.recipe, test, bins=2)
        failed = run.status_reason == "DIVERGED"
        return hints.hints(hints.Facts(run.config, run.eta, failed, columns, params, layers))

    return {"epoch": run.epoch, "hints": await asyncio.to_thread(look)}


def _price(moment: Moment, number: int) -> dict[str, Any]:
    x = moment.test.rows(slice(number, number + 1), moment.recipe.numpy_dtype)
    t = np.eye(moment.params.shape[-1], dtype=moment.recipe.numpy_dtype)[[moment.test.labels[number]]]
    forward = _seconds(lambda: nncore.forward(moment.params, moment.recipe, x))
    backprop = _seconds(lambda: nncore.gradients(moment.params, moment.recipe, x, t))
    parameters = sum(array.size for array in moment.params.arrays())
    return {
        "parameters": parameters,
        "forward_passes": 2 * parameters,
        "forward_seconds": forward,
        "backprop_seconds": backprop,
        "numerical_seconds": 2 * parameters * forward,
        "ratio": 2 * parameters * forward / backprop,
    }


def _seconds(work: Any) -> float:
    """The median of some tries: others use the machine too."""
    times = []
    for _ in range(PRICE_SAMPLES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)
