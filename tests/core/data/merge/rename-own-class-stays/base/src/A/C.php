<?php
<map>
    <phq_field_0>value 0</phq_field_0>
    <phq_field_1>value 1</phq_field_1>
    <phq_field_2>value 2</phq_field_2>
    <phq_field_3>value 3</phq_field_3>
    <phq_field_4>value 4</phq_field_4>
    <phq_field_5>value 5</phq_field_5>
    <phq_field_6>value 6</phq_field_6>
    <phq_field_7>value 7</phq_field_7>
</map>
