"""Reference values of scikit-learn for the tests of Measures: python make_golden.py (writes JSON beside itself)."""
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

here = pathlib.Path(__file__).parent


def write(name, value):
    (here / name).write_text(json.dumps(value, separators=(",", ":")) + "\n")


def blobs(random, classes, count, width, spread, shares=None):
    """Overlapping clusters with correlated features of very different scales, as embeddings have."""
    labels = random.choice(classes, count, p=shares)
    labels[: 3 * classes] = np.tile(np.arange(classes), 3)
    mixing = random.normal(size=(width, width)) * np.logspace(0, -2, width)
    centres = random.normal(size=(classes, width))
    features = (centres[labels] * spread + random.normal(size=(count, width))) @ mixing + 5 * random.normal(size=width)
    return np.round(features, 4), labels


def logistic(random, classes, count, width, spread, c, shares=None, constant=False):
    features, labels = blobs(random, classes, count, width, spread, shares)
    if constant:
        features[:, 1] = 3.25
    train = count * 2 // 3
    scaler = StandardScaler().fit(features[:train])
    model = LogisticRegression(C=c, tol=1e-10, max_iter=100_000)
    model.fit(scaler.transform(features[:train]), labels[:train])
    return {
        "width": width, "classCount": classes, "c": c,
        "train": features[:train].ravel().tolist(), "trainLabels": labels[:train].tolist(),
        "test": features[train:].ravel().tolist(),
        "probabilities": model.predict_proba(scaler.transform(features[train:])).ravel().tolist(),
    }


random = np.random.default_rng(3)
write("logistic.json", [
    logistic(random, 2, 90, 6, 0.5, 1.0),
    logistic(random, 2, 90, 6, 0.5, 0.001, shares=[0.8, 0.2], constant=True),
    logistic(random, 2, 60, 6, 4.0, 100.0),  # separable
    logistic(random, 2, 45, 50, 0.5, 1.0),  # more features than samples
    logistic(random, 4, 150, 8, 0.6, 0.1),
    logistic(random, 4, 150, 8, 0.6, 100.0, shares=[0.55, 0.25, 0.1, 0.1]),
    logistic(random, 5, 60, 60, 0.6, 10.0),
])


def metrics(random, classes, count, decimals):
    labels = random.integers(0, classes, count)
    labels[:classes] = np.arange(classes)
    scores = random.dirichlet(np.ones(classes), count)
    scores[np.arange(count), labels] += 0.3
    # Rounded, so that there are ties; the sums stay 1 for scikit-learn's multi-class AUROC.
    scores = np.round(scores / scores.sum(1, keepdims=True), decimals)
    scores[:, 0] = np.round(1 - scores[:, 1:].sum(1), decimals)
    predictions = scores.argmax(1)
    auroc = roc_auc_score(labels, scores[:, 1]) if classes == 2 else roc_auc_score(
        labels, scores, multi_class="ovr", average="macro")
    return {
        "classCount": classes, "labels": labels.tolist(), "scores": scores.ravel().tolist(),
        "accuracy": accuracy_score(labels, predictions),
        "balancedAccuracy": balanced_accuracy_score(labels, predictions), "auroc": auroc,
    }


write("metrics.json", [metrics(random, 2, 80, 1), metrics(random, 2, 50, 3), metrics(random, 5, 120, 2)])


def sparse_logistic(random, classes, count, width, c, share):
    """Rows of length 1 as TF-IDF has them: most entries are 0, and the others depend a little on the class."""
    labels = random.integers(0, classes, count)
    labels[:classes] = np.arange(classes)
    features = random.random((count, width)) * (random.random((count, width)) < share)
    features += (np.arange(width) % classes == labels[:, None]) * (random.random((count, width)) < share)
    features = np.round(features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9), 4)
    train = count * 2 // 3
    model = LogisticRegression(C=c, tol=1e-12, max_iter=100_000).fit(features[:train], labels[:train])
    return {
        "width": width, "classCount": classes, "c": c,
        "train": features[:train].ravel().tolist(), "trainLabels": labels[:train].tolist(),
        "test": features[train:].ravel().tolist(),
        "probabilities": model.predict_proba(features[train:]).ravel().tolist(),
    }


random = np.random.default_rng(5)
write("sparse-logistic.json", [
    sparse_logistic(random, 2, 60, 30, 10.0, 0.15),
    sparse_logistic(random, 4, 90, 40, 20.0, 0.1),
    sparse_logistic(random, 6, 90, 25, 1.0, 0.1),
])
