"""Trains a logistic regression that tells malignant from benign tumours.

It knows nothing of the platform but Ocean's contract with algorithms: datasets lie in /data/inputs/<did>/<index>,
parameters in /data/inputs/algoCustomData.json, and what shall leave goes to /data/outputs. It writes what it learned and
how well, never a row of what it read.
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

INPUTS = Path(os.environ.get("INPUTS", "/data/inputs"))
OUTPUTS = Path(os.environ.get("OUTPUTS", "/data/outputs"))
POSITIVE, NEGATIVE = "malignant", "benign"


def parameters():
    """Returns the parameters of the job: C, test_fraction and seed. Values arrive as text."""
    given = json.loads((INPUTS / "algoCustomData.json").read_text()) or {}
    return (
        float(given.get("C", 1.0)),
        float(given.get("test_fraction", 0.3)),
        int(given.get("seed", 7)),
    )


def measurements():
    """Returns names, values and labels of the first file of the first dataset, without the direct identifier."""
    did = json.loads(os.environ["DIDS"])[0]
    with open(INPUTS / did / "0", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in rows[0] if name not in ("patient_id", "diagnosis")]
    values = np.array([[float(row[name]) for name in names] for row in rows])
    labels = np.array([row["diagnosis"] == POSITIVE for row in rows], dtype=int)
    return names, values, labels


def write(name, content):
    path = OUTPUTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content + "\n")
    print(f"wrote {name}", flush=True)


def main():
    strength, test_fraction, seed = parameters()
    names, values, labels = measurements()
    print(f"{len(labels)} patients, {len(names)} measurements, {labels.sum()} {POSITIVE}", flush=True)

    train_x, test_x, train_y, test_y = train_test_split(
        values, labels, test_size=test_fraction, random_state=seed, stratify=labels
    )
    print(f"training on {len(train_y)} patients with C={strength}, holding out {len(test_y)}", flush=True)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=1000))
    model.fit(train_x, train_y)

    predicted = model.predict(test_x)
    accuracy = accuracy_score(test_y, predicted)
    (true_negative, false_positive), (false_negative, true_positive) = confusion_matrix(test_y, predicted).tolist()
    print(f"held-out accuracy {accuracy:.4f}", flush=True)

    scaler, regression = model[0], model[1]
    write("model.json", json.dumps({
        "kind": "logistic regression on standardised measurements",
        "positive": POSITIVE,
        "intercept": round(float(regression.intercept_[0]), 6),
        "features": [
            {"name": name, "mean": round(mean, 6), "scale": round(scale, 6), "coefficient": round(coefficient, 6)}
            for name, mean, scale, coefficient in zip(
                names, scaler.mean_.tolist(), scaler.scale_.tolist(), regression.coef_[0].tolist())
        ],
    }, indent=2))
    write("metrics.json", json.dumps({
        "accuracy": round(accuracy, 4),
        "n_train": len(train_y),
        "n_test": len(test_y),
        "confusion": {
            "true_positive": true_positive, "false_positive": false_positive,
            "false_negative": false_negative, "true_negative": true_negative,
        },
        "parameters": {"C": strength, "test_fraction": test_fraction, "seed": seed},
    }, indent=2))
    strongest = sorted(zip(names, regression.coef_[0]), key=lambda pair: -abs(pair[1]))[:5]
    write("report/summary.txt", "\n".join([
        f"Held-out accuracy: {accuracy:.1%} ({true_positive + true_negative} of {len(test_y)} patients)",
        f"Missed tumours:    {false_negative} of {false_negative + true_positive}",
        f"False alarms:      {false_positive} of {false_positive + true_negative}",
        f"Strongest measurements for {POSITIVE} (+) or {NEGATIVE} (-):",
        *(f"  {coefficient:+.2f}  {name}" for name, coefficient in strongest),
    ]))


if __name__ == "__main__":
    main()
