"""Who I am in the class: join it, come back to it, lead it, leave it; and what a script shows of me."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from ..errors import Forbidden
from ..http.attempts import Attempts
from ..runs.names import PersonName
from .actors import Actor, ActorDep, facts_of, give_session, shown_token, take_session
from .class_models import Me, Membership, ReturnCode, Token
from .deps import AttemptsDep, ClassesDep

router = APIRouter(prefix="/class", tags=["class"])

Secret = Annotated[str, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class JoinRequest(Strict):
    code: Secret = Field(description="Of the class: what is on the board.")
    name: PersonName


class ReturnRequest(Strict):
    return_code: Secret = Field(description="One's own, as it was given when one joined.")


class LeadRequest(Strict):
    secret: Secret = Field(description="From the teacher's address that the server has printed.")


@router.get("/me", response_model=Me)
async def read_me(actor: ActorDep, classes: ClassesDep) -> dict[str, Any]:
    """Who I am here."""
    return facts_of(actor, classes)


@router.post(
    "/members",
    status_code=201,
    response_model=Membership,
    responses={200: {"model": Membership, "description": "Who asks had joined before."}},
)
async def join_class(
    body: JoinRequest,
    request: Request,
    response: Response,
    actor: ActorDep,
    classes: ClassesDep,
    attempts: AttemptsDep,
) -> dict[str, Any]:
    """Join with the code and a name. Whoever has joined already is the same person as before."""
    if actor.role in ("student", "teacher"):
        response.status_code = 200
        return {**facts_of(actor, classes), "return_code": None}
    await attempts.turn(_address(request))
    if classes.is_sent_out(shown_token(request) or ""):
        raise Forbidden("The teacher has sent you out.", code="sent-out")
    member, return_code, token = await classes.join(body.code, body.name, _address(request))
    give_session(request, response, token)
    return {**facts_of(Actor("student", member.id), classes), "return_code": return_code}


@router.post("/returns", response_model=Me)
async def come_back(
    body: ReturnRequest,
    request: Request,
    response: Response,
    classes: ClassesDep,
    attempts: AttemptsDep,
) -> dict[str, Any]:
    """Be the same person on another device, by the personal return code."""
    async with _wrong_waits(attempts, _address(request)):
        member, token = await classes.come_back(body.return_code)
    give_session(request, response, token)
    return facts_of(Actor("student", member.id), classes)


@router.post("/lead", response_model=Me)
async def lead_class(
    body: LeadRequest, request: Request, response: Response, classes: ClassesDep, attempts: AttemptsDep
) -> dict[str, Any]:
    """Be the teacher, by the secret that the server has printed."""
    async with _wrong_waits(attempts, _address(request)):
        token = await classes.lead(body.secret)
    give_session(request, response, token)
    return facts_of(Actor("teacher", "teacher"), classes)


@router.delete("/session", status_code=204)
async def sign_out(request: Request, response: Response, classes: ClassesDep) -> None:
    """This browser or script acts for nobody any more."""
    token = shown_token(request)
    if token and classes.has_class:
        await classes.sign_out(token)
    take_session(request, response)


@router.post("/return-code", status_code=201, response_model=ReturnCode)
async def new_return_code(actor: ActorDep, classes: ClassesDep) -> dict[str, Any]:
    """Another return code for me; the one before is worth nothing."""
    return {"return_code": await classes.new_return_code(actor.owner)}


@router.post("/tokens", status_code=201, response_model=Token)
async def new_token(actor: ActorDep, classes: ClassesDep) -> dict[str, Any]:
    """What a script of mine sends as `Authorization: Bearer ...`. It is shown once."""
    return {"token": await classes.new_script_token(actor.owner)}


@asynccontextmanager
async def _wrong_waits(attempts: Attempts, address: str) -> AsyncIterator[None]:
    """A right secret passes at once, whoever guesses from the same school; a wrong one waits for its answer.

    Only for secrets that nobody finds by trying: the code on the wall is shorter, so each try of it waits.
    """
    try:
        yield
    except Forbidden:
        await attempts.turn(address)
        raise


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
