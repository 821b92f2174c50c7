"""all-MiniLM-L6-v2 as int8 ONNX, for what the product is compared with; needs onnxruntime and tokenizers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

MOST_TOKENS = 256
AT_ONCE = 32  # texts of about one length


class MiniLm:
    """Mean-pooled sentence vectors, float32 (n, 384), of unit length."""

    name = "minilm-int8-384"
    dimensions = 384
    alone = True

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._names = [given.name for given in self._session.get_inputs()]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str], **_: Any) -> np.ndarray:
        """One vector per text; texts of one length go together, so that little is padded."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for first in range(0, len(order), AT_ONCE):
            places = order[first : first + AT_ONCE]
            found = self._tokenizer.encode_batch([texts[place] for place in places])
            mask = np.array([one.attention_mask for one in found], dtype=np.int64)
            ids = np.array([one.ids for one in found], dtype=np.int64)
            every = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            hidden = self._session.run(None, {name: every[name] for name in self._names})[0]
            pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
            vectors[places] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return vectors
