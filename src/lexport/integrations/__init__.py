"""lexport as a step of somebody else's pipeline; each package is a thin adapter over `lexport.run`, and an extra.

- `tfx/`: components of TFX: Examples become vocabularies, a trained model becomes a verified `Model`.
- `kfp/`: the same two as components of Kubeflow Pipelines.
- `mlflow/`: a published export as a model of MLflow.

Nothing of lexport imports them, and importing one needs what it adapts to: `pip install 'lexport[tfx]'`.
"""
