"""Exact neighbours by cosine from faiss and scikit-learn, in turns.

    peers.py faiss|scikit-learn FILE

FILE is from `swiftlet bench neighbours --write`. Each line on standard input starts a turn, which prints one JSON object:
seconds, the share of the file's neighbours that were found too, and the share of equal lists.
"""

import json
import os
import sys
import time

import numpy
from safetensors.numpy import load_file


def main() -> None:
    name, file = sys.argv[1:]
    given = load_file(file)
    bank, queries, ours = given["bank"], given["queries"], given["neighbours"]
    count = ours.shape[1]
    threads = int(os.environ["OMP_NUM_THREADS"])
    if name == "faiss":
        import faiss

        faiss.omp_set_num_threads(threads)
        for rows in (bank, queries):
            faiss.normalize_L2(rows)
        index = faiss.IndexFlatIP(bank.shape[1])
        index.add(bank)

        def search() -> numpy.ndarray:
            return index.search(queries, count)[1]
    else:
        from sklearn.neighbors import NearestNeighbors

        index = NearestNeighbors(n_neighbors=count, algorithm="brute", metric="cosine").fit(bank)

        def search() -> numpy.ndarray:
            return index.kneighbors(queries, return_distance=False)

    for _ in sys.stdin:
        start = time.perf_counter()
        found = search()
        seconds = time.perf_counter() - start
        shared = numpy.mean([len(set(one) & set(other)) / count for one, other in zip(found, ours)])
        print(json.dumps({"seconds": seconds, "shared": float(shared),
                          "equalLists": float((found == ours).all(axis=1).mean())}), flush=True)


if __name__ == "__main__":
    main()
