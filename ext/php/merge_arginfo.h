/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: 63d96ad3e87723cebec9c014c90e5f927d40d355 */

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_classify, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, pristine, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, mine, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_apply, 0, 5, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, pristine, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, mine, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, release, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, from, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, to, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, conflicts, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, resolutions, IS_STRING, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, onConflict, IS_STRING, 0, "\"stop\"")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, broken, IS_ARRAY, 0, "[]")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_diff, 0, 3, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, before, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO(0, after, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO(0, label, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, readable, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_fault, 0, 2, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO(0, file, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_patch, 0, 2, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, before, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, after, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, prefix, IS_STRING, 0, "\"\"")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_similar, 0, 3, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, file, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, directory, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, paths, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Merge_moved, 0, 3, IS_ARRAY, 0)
	ZEND_ARG_TYPE_INFO(0, before, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, after, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, paths, IS_ARRAY, 0)
ZEND_END_ARG_INFO()


ZEND_METHOD(Lockstep_Merge, classify);
ZEND_METHOD(Lockstep_Merge, apply);
ZEND_METHOD(Lockstep_Merge, diff);
ZEND_METHOD(Lockstep_Merge, fault);
ZEND_METHOD(Lockstep_Merge, patch);
ZEND_METHOD(Lockstep_Merge, similar);
ZEND_METHOD(Lockstep_Merge, moved);


static const zend_function_entry class_Lockstep_Merge_methods[] = {
	ZEND_ME(Lockstep_Merge, classify, arginfo_class_Lockstep_Merge_classify, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Merge, apply, arginfo_class_Lockstep_Merge_apply, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Merge, diff, arginfo_class_Lockstep_Merge_diff, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Merge, fault, arginfo_class_Lockstep_Merge_fault, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Merge, patch, arginfo_class_Lockstep_Merge_patch, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Merge, similar, arginfo_class_Lockstep_Merge_similar, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Merge, moved, arginfo_class_Lockstep_Merge_moved, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_Merge(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "Merge", class_Lockstep_Merge_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL;

	return class_entry;
}
