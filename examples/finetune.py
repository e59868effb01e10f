"""Fine-tune a small language model to tell whether a film review is friendly.

    pip install torch transformers datasets accelerate
    python finetune.py

The Trainer builds the optimizer and its schedule from TrainingArguments. Choose "Simulate optimizer" above
them to see what they mean: the rate at every step, how long the warm-up takes, what the decay does.
"""

from datasets import load_dataset
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

MODEL = "distilbert-base-uncased"


def main():
    tokenizer = AutoTokenizer.from_pretrained(MODEL)
    model = AutoModelForSequenceClassification.from_pretrained(MODEL, num_labels=2)

    reviews = load_dataset("rotten_tomatoes")
    reviews = reviews.map(lambda batch: tokenizer(batch["text"], truncation=True, max_length=128), batched=True)

    training_args = TrainingArguments(
        output_dir="finetuned",
        optim="adamw_torch",
        learning_rate=5e-5,
        weight_decay=0.01,
        adam_beta2=0.98,
        max_grad_norm=1.0,
        lr_scheduler_type="cosine",
        warmup_steps=80,
        max_steps=800,
        per_device_train_batch_size=16,
        gradient_accumulation_steps=2,
        logging_steps=50,
        save_strategy="no",
        report_to="none",
        seed=1,
    )
    trainer = Trainer(
        model=model,
        args=training_args,
        train_dataset=reviews["train"],
        eval_dataset=reviews["validation"],
        data_collator=DataCollatorWithPadding(tokenizer),
    )
    trainer.train()
    print(trainer.evaluate())


if __name__ == "__main__":
    main()
