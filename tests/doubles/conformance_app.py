"""The components that the protocol's own suite asks for, behind our middleware.

    python tests/doubles/conformance_app.py PORT

What the suite finds wrong here is the framework's or the middleware's, since the components are as it wants them.
"""

import base64
import json
import sys
from typing import Any

import anyio
import uvicorn
from fastmcp import Context, FastMCP
from fastmcp.prompts import Message, PromptResult
from fastmcp.resources import ResourceContent, ResourceResult
from fastmcp.tools import ToolResult
from mcp import MCPError
from mcp.types import (
    AudioContent,
    CreateMessageRequest,
    CreateMessageRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    EmbeddedResource,
    ImageContent,
    InputRequiredResult,
    ListRootsRequest,
    SamplingMessage,
    TextContent,
    TextResourceContents,
)

from synthaix.server.faults import Faults

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
WAV = base64.b64encode(b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0D\xac\0\0\x88X\1\0\2\0\x10\0data\0\0\0\0").decode()
app = FastMCP("conformance", middleware=[Faults()], mask_error_details=True)


def said(text: str) -> ToolResult:
    """A text as a tool's result."""
    return ToolResult(content=text)


def asked(message: str, **properties: dict[str, str]) -> ElicitRequest:
    """A form of required fields."""
    form = {"type": "object", "properties": properties, "required": list(properties)}
    return ElicitRequest(
        method="elicitation/create", params=ElicitRequestFormParams(message=message, requested_schema=form)
    )


def sampled(text: str, tokens: int) -> CreateMessageRequest:
    """A question to the client's model."""
    message = SamplingMessage(role="user", content=TextContent(type="text", text=text))
    params = CreateMessageRequestParams(messages=[message], max_tokens=tokens)
    return CreateMessageRequest(method="sampling/createMessage", params=params)


def image() -> ImageContent:
    """One red pixel."""
    return ImageContent(type="image", data=PNG, mime_type="image/png")


def embedded(uri: str, mime_type: str, text: str) -> EmbeddedResource:
    """A resource inside a result."""
    return EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type=mime_type, text=text))


@app.tool
def test_simple_text() -> ToolResult:
    """Answer with a text."""
    return said("This is a simple text response for testing.")


@app.tool
def test_image_content() -> ToolResult:
    """Answer with an image."""
    return ToolResult(content=[image()])


@app.tool
def test_audio_content() -> ToolResult:
    """Answer with a sound."""
    return ToolResult(content=[AudioContent(type="audio", data=WAV, mime_type="audio/wav")])


@app.tool
def test_embedded_resource() -> ToolResult:
    """Answer with a resource."""
    return ToolResult(
        content=[embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")]
    )


@app.tool
def test_multiple_content_types() -> ToolResult:
    """Answer with a text, an image and a resource."""
    mixed = embedded("test://mixed-content-resource", "application/json", json.dumps({"test": "data", "value": 123}))
    return ToolResult(content=[TextContent(type="text", text="Multiple content types test:"), image(), mixed])


@app.tool
async def test_tool_with_logging(ctx: Context) -> ToolResult:
    """Log three times."""
    for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await ctx.info(text)
        await anyio.sleep(0.05)  # the suite wants them apart
    return said("It was logged.")


@app.tool
def test_error_handling() -> ToolResult:
    """Fail."""
    raise RuntimeError("This tool intentionally returns an error for testing")


@app.tool
async def test_tool_with_progress(ctx: Context) -> ToolResult:
    """Report progress three times."""
    for done in (0, 50, 100):
        await ctx.report_progress(done, 100)
        await anyio.sleep(0.05)  # the suite wants them apart
    return said("It is done.")


@app.tool
async def test_sampling(prompt: str, ctx: Context) -> ToolResult:
    """Ask the client's model."""
    question = SamplingMessage(role="user", content=TextContent(type="text", text=prompt))
    reply = await ctx.session.create_message(messages=[question], max_tokens=100, related_request_id=ctx.request_id)
    return said(f"LLM response: {getattr(reply.content, 'text', '')}")


async def elicited(ctx: Context, message: str, properties: dict[str, Any], required: list[str]) -> str:
    """What the user answers to a form of an older client."""
    form = {"type": "object", "properties": properties, "required": required}
    reply = await ctx.session.elicit(message=message, requested_schema=form, related_request_id=ctx.request_id)
    return f"action={reply.action}, content={json.dumps(reply.content)}"


@app.tool
async def test_elicitation(message: str, ctx: Context) -> ToolResult:
    """Ask the user two things."""
    fields = {"username": {"type": "string", "description": "User's response"},
              "email": {"type": "string", "description": "User's email address"}}  # fmt: skip
    return said(f"User response: {await elicited(ctx, message, fields, list(fields))}")


@app.tool
async def test_elicitation_sep1034_defaults(ctx: Context) -> ToolResult:
    """Ask with defaults of every type."""
    fields = {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    }
    return said(f"Elicitation completed: {await elicited(ctx, 'Defaults', fields, [])}")


@app.tool
async def test_elicitation_sep1330_enums(ctx: Context) -> ToolResult:
    """Ask with closed sets of every form."""
    options, titled = ["option1", "option2", "option3"], ["First", "Second", "Third"]
    single = [{"const": f"value{n}", "title": f"{title} Option"} for n, title in enumerate(titled, 1)]
    several = [{"const": f"value{n}", "title": f"{title} Choice"} for n, title in enumerate(titled, 1)]
    fields = {
        "untitledSingle": {"type": "string", "enum": options},
        "titledSingle": {"type": "string", "oneOf": single},
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2", "opt3"],
                       "enumNames": ["Option One", "Option Two", "Option Three"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
        "titledMulti": {"type": "array", "items": {"anyOf": several}},
    }  # fmt: skip
    return said(f"Elicitation completed: {await elicited(ctx, 'Enums', fields, [])}")


# What a newer host is asked comes back with the same call.


@app.tool(output_schema=None)
async def test_input_required_result_elicitation(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask for a name, again and again until there is one."""
    answer: Any = (ctx.input_responses or {}).get("user_name")
    name = (getattr(answer, "content", None) or {}).get("name")
    if not isinstance(name, str):
        question = asked("What is your name?", name={"type": "string"})
        return InputRequiredResult(input_requests={"user_name": question})
    return said(f"Hello, {name}!")


@app.tool(output_schema=None)
async def test_input_required_result_sampling(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask the client's model, in two rounds."""
    answer: Any = (ctx.input_responses or {}).get("capital_question")
    if answer is None:
        return InputRequiredResult(input_requests={"capital_question": sampled("What is the capital of France?", 100)})
    return said(str(getattr(answer.content, "text", answer.content)))


@app.tool(output_schema=None)
async def test_input_required_result_list_roots(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask for roots, in two rounds."""
    answer: Any = (ctx.input_responses or {}).get("client_roots")
    if answer is None:
        return InputRequiredResult(input_requests={"client_roots": ListRootsRequest(method="roots/list")})
    return said(", ".join(str(root.uri) for root in answer.roots))


@app.tool(output_schema=None)
async def test_input_required_result_request_state(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask with a state that comes back."""
    if not ctx.input_responses:
        question = asked("Please confirm", ok={"type": "boolean"})
        return InputRequiredResult(input_requests={"confirm": question}, request_state="kept")
    return said("state-ok" if ctx.request_state == "kept" else "no state")


@app.tool(output_schema=None)
async def test_input_required_result_tampered_state(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask with a state that may not be altered."""
    if not ctx.input_responses:
        question = asked("Please confirm", ok={"type": "boolean"})
        return InputRequiredResult(input_requests={"confirm": question}, request_state="kept")
    return said("state-ok")


@app.tool(output_schema=None)
async def test_input_required_result_multiple_inputs(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask three things at once."""
    if not ctx.input_responses:
        return InputRequiredResult(
            input_requests={
                "user_name": asked("What is your name?", name={"type": "string"}),
                "greeting": sampled("Generate a greeting", 50),
                "client_roots": ListRootsRequest(method="roots/list"),
            },
            request_state="kept",
        )
    return said("All was answered.")


@app.tool(output_schema=None)
async def test_input_required_result_multi_round(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask twice, one after the other."""
    match ctx.request_state:
        case None:
            question = asked("Step 1: What is your name?", name={"type": "string"})
            return InputRequiredResult(input_requests={"step1": question}, request_state="one")
        case "one":
            question = asked("Step 2: What is your favorite color?", color={"type": "string"})
            return InputRequiredResult(input_requests={"step2": question}, request_state="two")
    return said("Both steps are done.")


@app.tool(output_schema=None)
async def test_input_required_result_capabilities(ctx: Context) -> ToolResult | InputRequiredResult:
    """Ask only what the client says it can answer."""
    declared = ctx.session.client_capabilities
    requests: dict[str, Any] = {}
    if declared is not None and declared.elicitation is not None:
        requests["user_name"] = asked("What is your name?", name={"type": "string"})
    if declared is not None and declared.sampling is not None:
        requests["greeting"] = sampled("Generate a greeting", 50)
    if ctx.input_responses or not requests:
        return said("Nothing is asked.")
    return InputRequiredResult(input_requests=requests)


@app.tool
async def test_missing_capability(ctx: Context) -> ToolResult:
    """Refuse a client without a model."""
    declared = ctx.session.client_capabilities
    if declared is None or declared.sampling is None:
        wanted: dict[str, Any] = {"requiredCapabilities": {"sampling": {}}}
        raise MCPError(code=-32021, message="This needs the client's model.", data=wanted)
    return said("There is a model.")


@app.resource("test://static-text", mime_type="text/plain")
def static_text() -> str:
    """A text."""
    return "This is the content of the static text resource."


@app.resource("test://static-binary", mime_type="image/png")
def static_binary() -> ResourceResult:
    """An image."""
    return ResourceResult([ResourceContent(base64.b64decode(PNG), mime_type="image/png")])


@app.resource("test://template/{id}/data", mime_type="application/json")
def template(id: str) -> str:
    """A text of a parameter."""
    return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})


@app.resource("test://watched-resource", mime_type="text/plain")
def watched() -> str:
    """A text to watch."""
    return "It does not change."


@app.prompt
def test_simple_prompt() -> str:
    """A prompt without arguments."""
    return "This is a simple prompt for testing."


@app.prompt
def test_prompt_with_arguments(arg1: str, arg2: str) -> str:
    """A prompt with two arguments."""
    return f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"


@app.prompt(name="test_prompt_with_embedded_resource")
def with_resource(resourceUri: str) -> PromptResult:  # noqa: N803 - the suite's spelling
    """A prompt with a resource."""
    inside = embedded(resourceUri, "text/plain", "Embedded resource content for testing.")
    return PromptResult([Message(inside), Message("Please process the embedded resource above.")])


@app.prompt
def test_prompt_with_image() -> PromptResult:
    """A prompt with an image."""
    return PromptResult([Message(image()), Message("Please analyze the image above.")])


@app.prompt(name="test_input_required_result_prompt")
async def asking_prompt(ctx: Context) -> PromptResult | InputRequiredResult:
    """A prompt that asks first."""
    answer: Any = (ctx.input_responses or {}).get("user_context")
    if answer is None:
        question = asked("What context should the prompt use?", context={"type": "string"})
        return InputRequiredResult(input_requests={"user_context": question})
    return PromptResult(f"In the context of {(answer.content or {}).get('context')}")


@app.completion
async def complete(reference: Any, argument: Any, context: Any) -> list[str]:
    """Three words to choose from."""
    return [each for each in ("paris", "park", "party") if each.startswith(argument.value)]


if __name__ == "__main__":
    served = app.http_app(path="/mcp", host_origin_protection=True)
    uvicorn.run(served, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", http="h11")
